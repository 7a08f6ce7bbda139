import { retryUntil, systemClock } from '../../../engine/system/clock.ts';
import type { Program } from '../program.ts';
import type { Home } from './home.ts';
import { kinOf } from './kin.ts';
import type { Moment, Sight } from './moments.ts';

export interface Death {
  /** How long after the beginning of the moment. */
  readonly intoMs: number;
  /** Command lines of the helpers that it left behind. */
  readonly orphans: readonly string[];
  /** False: it came to its own end a moment before. */
  readonly wasKilled: boolean;
}

/** Waits for the moment and kills the program, and nothing else, at that fraction of it. */
export async function killIn(program: Program, home: Home, moment: Moment, fraction: number): Promise<Death> {
  const helpers = async () => (await kinOf(home.folder)).filter(({ pid }) => pid !== program.pid);
  const sight: Sight = {
    said: (text) => program.lines().some((line) => line.includes(text)),
    runs: async (words) => (await helpers()).some(({ command }) => command.includes(words)),
    state: () => home.session()?.state,
    results: () => home.results().length,
  };
  const { name, begins, over, spanMs, everyMs } = moment;
  await program.until(name, async () => ((await begins(sight)) ? true : undefined), everyMs);
  const begunAt = performance.now();
  await retryUntil(systemClock, { withinMs: fraction * spanMs, everyMs: 20 }, async () =>
    program.hasEnded() || (await over?.(sight)) === true ? true : undefined,
  );
  const wasKilled = !program.hasEnded();
  const intoMs = performance.now() - begunAt;
  await program.end('SIGKILL');
  return { intoMs, wasKilled, orphans: (await helpers()).map(({ command }) => command) };
}
