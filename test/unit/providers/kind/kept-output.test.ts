import { expect, test } from 'vitest';
import { keepOutput } from '../../../../engine/providers/kind/kept-output.ts';

test('output is kept in order, characters of several bytes in two pieces among it', () => {
  const kept = keepOutput(100_000);
  const text = 'ä€😀'.repeat(1_000);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 5) expect(kept.take(bytes.subarray(at, at + 5))).toBe(true);
  expect(kept.text()).toBe(text);
});

test('more than the limit is cut off at the end, and said', () => {
  const kept = keepOutput(5);
  expect(kept.take(Buffer.from('abc'))).toBe(true);
  expect(kept.take(Buffer.from('de'))).toBe(true);
  expect(kept.take(Buffer.from('f'))).toBe(false);
  expect(kept.text()).toBe('abcde');
  const cut = keepOutput(2);
  expect(cut.take(Buffer.from('abc'))).toBe(false);
  expect(cut.text()).toBe('ab');
});

test('what was handed over may change afterwards', () => {
  const kept = keepOutput(10);
  const bytes = Buffer.from('abc');
  kept.take(bytes);
  bytes.fill('x');
  expect(kept.text()).toBe('abc');
});
