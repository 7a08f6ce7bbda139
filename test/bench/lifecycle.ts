import { runLifecycles } from '../unit/drill/lifecycle-model.ts';

// node test/bench/lifecycle.ts [RUNS [SEED]]: the tests run a hundredth of it.
const [count = '10000', seed = '1'] = process.argv.slice(2);
const startedAt = performance.now();
const { runs, steps } = await runLifecycles(Number(count), Number(seed));
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(`${JSON.stringify({ runs, steps, violations: 0, seconds })}\n`);
// Lives that were killed have left promises that nobody settles.
process.exit(0);
