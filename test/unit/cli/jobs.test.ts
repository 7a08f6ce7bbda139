import { expect, test } from 'vitest';
import { jobsFor } from '../../../engine/cli/jobs.ts';

const gib = 2 ** 30;

test('a cluster for each core, as far as the memory carries, and one on the smallest machine', () => {
  expect(jobsFor(2, 23 * gib)).toBe(2);
  expect(jobsFor(16, 15 * gib)).toBe(5);
  expect(jobsFor(1, 1 * gib)).toBe(1);
  expect(jobsFor(256, 1024 * gib)).toBe(99);
});
