import { atPace, type WitnessClock } from './clock.ts';
import type { HostLoadMeter } from './host-load.ts';
import type { RecordEvent } from './journal.ts';

const tickMs = 1_000;
const looksPerTick = 5;

/**
 * Writes one `tick` a second: a hole between two of them is a time in which the witness saw nothing at all. Each says how
 * starved the machine was since the one before, so that work is not blamed for what a machine without time did.
 */
export function runTick(
  effects: { clock: WitnessClock; record: RecordEvent; load: Pick<HostLoadMeter, 'look' | 'take'> },
  signal: AbortSignal,
): Promise<void> {
  const { clock, record, load } = effects;
  let second = -1;
  return atPace(clock, tickMs / looksPerTick, signal, (turn) => {
    const now = Math.floor(turn / looksPerTick);
    if (now !== second) record({ at: clock.now(), kind: 'tick', ...load.take() });
    second = now;
    load.look();
  });
}
