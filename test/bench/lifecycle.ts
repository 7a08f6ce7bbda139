import { runLifecycles } from '../unit/drill/lifecycle-model.ts';
import type { Bench } from './bench.ts';

const lives = 10_000;

/** The tests run a hundredth of it. A violated invariant ends the bench with the shrunk steps and the seed. */
export const lifecycle: Bench = {
  name: 'lifecycle',
  about: `${lives} random lives of sessions on a fake engine: starts, submits, resets, kills, refusals`,
  async run({ say }) {
    const seed = Date.now() % 2 ** 31;
    const startedAt = performance.now();
    const { runs, steps } = await runLifecycles(lives, seed);
    say(`  seed ${seed}: ${runs} runs, ${steps} steps, 0 violations`);
    return [{ name: `${lives} lives of sessions`, unit: 's', ours: [(performance.now() - startedAt) / 1_000] }];
  },
};
