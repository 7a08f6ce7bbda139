import { expect, test } from 'vitest';
import { shortTeaser } from '../../../web/client/teaser.ts';

test('a card tells whole sentences, as many as fit', () => {
  const first = 'The connection to the server … was refused by v1.34 of /opt/backup/before.db.';
  expect(shortTeaser('')).toBe('');
  expect(shortTeaser(first)).toBe(first);
  expect(shortTeaser(`${first} Why? Nobody knows`)).toBe(`${first} Why? Nobody knows`);
  expect(shortTeaser(`${first} ${'a long tale '.repeat(20)}.`)).toBe(first);
});

test('a sentence that is too long for a card ends after a word', () => {
  const short = shortTeaser('without an end '.repeat(40));
  expect(short).toMatch(/ (?:without|an|end) …$/);
  expect(short.length).toBeLessThanOrEqual(192);
});
