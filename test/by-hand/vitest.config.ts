import { defineConfig } from 'vitest/config';

/** Whole drills typed in the browser, for whoever wants to see a procedure work as a learner does it: npm run by-hand */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
