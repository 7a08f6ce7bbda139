import { defineConfig } from 'vitest/config';
import { createClosingReporter } from './test/closing-reporter.ts';

/** Real clusters share two cores: those tests run one file after the other, in one worker. */
const oneAfterTheOther = { fileParallelism: false, maxWorkers: 1 };

export default defineConfig({
  test: {
    reporters: ['default', createClosingReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 60_000,
          // On a machine where clusters run beside them, a second is not long.
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          ...oneAfterTheOther,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          expect: { poll: { timeout: 60_000 } },
          ...oneAfterTheOther,
        },
      },
    ],
  },
});
