import { identities } from '../domain/timeline.ts';
import { atPace, type WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';
import type { KubeClient } from './kube-client.ts';

export interface BeatEffects {
  readonly kube: KubeClient;
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  /** Shared with later runs, so that no number is used twice. */
  readonly memory: { lastBeat: number };
}

/** An outage that lies between two beats is not known as one: watches that it broke would be a gap (record.ts, watchHoleMs). */
const beatMs = 1_000;
/** Shorter than the pace, so that beats never overlap. */
const answerWithinMs = 900;

/** User agent of a numbered beat: the audit event of the request carries it back. */
function beatAgent(beat: number): string {
  return `${identities.witness}/${beat}`;
}

/** Sends a numbered request to the API server every second and records whether it was answered. */
export function runBeat(effects: BeatEffects, signal: AbortSignal): Promise<void> {
  const { kube, clock, record, memory } = effects;
  return atPace(clock, beatMs, signal, async () => {
    memory.lastBeat += 1;
    const beat = memory.lastBeat;
    const ok = await kube
      .get(`/version?beat=${beat}`, { userAgent: beatAgent(beat), withinMs: answerWithinMs, signal })
      .then(
        (answer) => answer.status === 200,
        () => false,
      );
    // Ended by ourselves: says nothing about the API server.
    if (!ok && signal.aborted) return;
    record({ at: clock.now(), kind: 'beat', beat, ok });
  });
}
