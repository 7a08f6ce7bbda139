import type { TimelineEvent } from '../domain/timeline.ts';
import { atPace, type WitnessClock } from './clock.ts';
import { withinTime } from './deadline.ts';
import type { RecordEvent } from './journal.ts';

/** Something on one control plane that is asked again and again how it is. */
export interface Sampled<Facts> {
  /** For the log, such as "etcd on cp1". */
  readonly name: string;
  /** Asks once. @throws when there was no answer, or not one as it should be; also when the signal fired. */
  readonly ask: (signal: AbortSignal) => Promise<Facts>;
  /** What makes an answer news: equal texts differ only in figures that always grow. */
  readonly newsOf: (facts: Facts) => string;
  readonly event: (at: number, facts: Facts | undefined) => TimelineEvent;
}

export interface SamplerEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  readonly log: (message: string) => void;
}

const sampleMs = 1_000;
/** Shorter than the pace, so that questions never overlap. */
const answerWithinMs = 900;
/** An answer that was given up later than this shows that the process was held up: it may have come unread. */
const heldUpMs = answerWithinMs + 200;
/** Every second sample is written at least; less than two periods, as no sample comes at its time exactly. */
const writtenEveryMs = 1_500;

/**
 * Asks once a second until the signal aborts. Writes an answer when it is news, when there is one again or none any
 * more, and otherwise every 2 s. What cannot be judged, because the witness itself was held up, is not written.
 */
export function runSampler<Facts>(
  sampled: Sampled<Facts>,
  effects: SamplerEffects,
  signal: AbortSignal,
): Promise<void> {
  const { clock, record, log } = effects;
  let written: { readonly news: string | undefined; readonly at: number } | undefined;
  return atPace(clock, sampleMs, signal, async () => {
    const askedAt = clock.monotonic();
    let reason = '';
    const facts = await withinTime(answerWithinMs, signal, sampled.ask).catch((error: unknown) => {
      reason = String(error);
      return undefined;
    });
    const now = clock.monotonic();
    // Ended by ourselves, or held up: says nothing about the other side.
    if (facts === undefined && (signal.aborted || now - askedAt > heldUpMs)) return;
    const news = facts === undefined ? undefined : sampled.newsOf(facts);
    if (written !== undefined && written.news === news && now - written.at < writtenEveryMs) return;
    record(sampled.event(clock.now(), facts));
    if (news === undefined && written?.news !== undefined) log(`${sampled.name} does not answer: ${reason}`);
    written = { news, at: now };
  });
}
