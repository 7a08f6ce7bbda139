import { expect, test } from 'vitest';
import { turnsOf } from '../../bench/bench.ts';

test('rounds are numbered, and none but the first begins when time is up', () => {
  expect([...turnsOf(3, 1)]).toEqual([1, 2, 3]);
  let now = 0;
  const begun: number[] = [];
  for (const round of turnsOf(100, 2, () => now)) {
    begun.push(round);
    now += 50_000;
  }
  expect(begun).toEqual([1, 2, 3]);
  expect([...turnsOf(3, 1, () => (now += 60_000))]).toEqual([1]);
});
