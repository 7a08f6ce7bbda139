import { expect, test } from 'vitest';
import { everything, isChosen } from '../../../web/client/catalogue-choice.ts';

const drill = {
  id: 'restore-lost-namespace',
  title: 'A namespace is gone',
  domain: 'cluster-architecture',
  minutes: 10,
  difficulty: 'hard',
  versions: { from: '1.34' },
  teaser: 'Bring it back from an etcd snapshot.',
} as const;

test('every drill is chosen as long as nothing is looked for', () => {
  expect(isChosen(drill, true, everything)).toBe(true);
  expect(isChosen(drill, false, { ...everything, words: '  ' })).toBe(true);
});

test.each([
  ['etcd', true],
  ['ETCD snapshot', true],
  ['namespace hard', true],
  ['restore-lost', true],
  ['etcd drain', false],
])('all words have to be somewhere on the card: %s', (words, chosen) => {
  expect(isChosen(drill, false, { ...everything, words })).toBe(chosen);
});

test('a domain and what was passed leave out the others', () => {
  expect(isChosen(drill, false, { ...everything, domain: 'cluster-architecture' })).toBe(true);
  expect(isChosen(drill, false, { ...everything, domain: 'networking' })).toBe(false);
  expect(isChosen(drill, false, { ...everything, onlyToDo: true })).toBe(true);
  expect(isChosen(drill, true, { ...everything, onlyToDo: true })).toBe(false);
});
