import type { Reporter, TestModule } from 'vitest/node';

/** Tests by how they ended. Nothing that went wrong is ever counted as skipped. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Parts of the run that must not be empty, by folder. */
const parts = [
  { title: 'real-cluster tests', folder: '/test/real/' },
  { title: 'browser tests', folder: '/test/e2e/' },
] as const;

/**
 * Ends the output of a whole run with the counts of real-cluster and browser tests and, as the very last line,
 * "N passed, N failed, N skipped". Written when the process exits: other reporters and closing servers print after
 * the tests have ended.
 */
export function createClosingReporter(write: (text: string) => void = (text) => process.stdout.write(text)): Reporter {
  let closing = '0 passed, 1 failed, 0 skipped\n';
  return {
    onInit() {
      process.once('exit', () => write(closing));
    },
    onTestRunEnd(modules, unhandledErrors) {
      const all = sum(modules.map(tallyModule));
      // An error outside any test fails the run, so the line must say so.
      all.failed += unhandledErrors.length;
      const lines = parts.map(
        ({ title, folder }) =>
          `${title}: ${describe(sum(modules.filter((module) => module.moduleId.includes(folder)).map(tallyModule)))}`,
      );
      closing = `\n${[...lines, describe(all)].join('\n')}\n`;
    },
  };
}

function tallyModule(module: TestModule): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    // Pending at the end: the run was cut off before it.
    tally[state === 'pending' ? 'failed' : state] += 1;
  }
  // A file that does not load, or a hook that fails, has no failed test of its own.
  if (module.state() === 'failed' && tally.failed === 0) tally.failed = 1;
  return tally;
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      skipped: total.skipped + tally.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

function describe({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
