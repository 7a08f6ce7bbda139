import { defineConfig } from 'vitest/config';
import { createClosingReporter } from './test/closing-reporter.ts';

/**
 * Real clusters share two cores: those tests run one file after the other, in one worker, and nothing beside them. Each
 * project says when it has its turn: those with one worker that don't, as all on two cores, would come after all others.
 */
const oneAfterTheOther = (groupOrder: number) => ({ fileParallelism: false, maxWorkers: 1, sequence: { groupOrder } });
const besideEachOther = (groupOrder: number) => ({ maxWorkers: '100%', sequence: { groupOrder } });
/** Machines and browsers take their time on a busy host; every wait ends as soon as its condition holds. */
const patient = { testTimeout: 1_800_000, hookTimeout: 1_800_000 };
const inBrowser = { ...patient, expect: { poll: { timeout: 60_000 } } };
const proofs = 'test/real/verify.test.ts';
/** Seconds since the epoch: where the tests are a part of CI, the time before them counts too. */
const beganAt = Number(process.env['CI_BEGAN_AT'] ?? Math.floor(Date.now() / 1000));

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
          ...besideEachOther(1),
        },
      },
      {
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000, ...besideEachOther(1) },
      },
      {
        test: {
          // The real page in a real browser, without a cluster: on two cores two files at a time.
          name: 'pages',
          include: ['test/e2e/pages/*.test.ts'],
          ...inBrowser,
          ...besideEachOther(2),
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          ...inBrowser,
          ...oneAfterTheOther(3),
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          exclude: [proofs],
          ...patient,
          ...oneAfterTheOther(4),
        },
      },
      {
        test: {
          // Last: as many proofs as there is time for after all else.
          name: 'proofs',
          include: [proofs],
          provide: { beganAt },
          ...patient,
          testTimeout: 3_600_000,
          ...oneAfterTheOther(5),
        },
      },
    ],
  },
});
