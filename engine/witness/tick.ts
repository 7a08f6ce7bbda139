import { atPace, type WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';

const tickMs = 1_000;

/** Writes one `tick` a second: a hole between two of them is a time in which the witness saw nothing at all. */
export function runTick(effects: { clock: WitnessClock; record: RecordEvent }, signal: AbortSignal): Promise<void> {
  return atPace(effects.clock, tickMs, signal, () => effects.record({ at: effects.clock.now(), kind: 'tick' }));
}
