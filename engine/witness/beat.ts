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
/** Fails as soon as the API server was told to end (k8s.io/apiserver, server/healthz.go); asks neither etcd nor the trail. */
const isOnItsWayOut = '/readyz/shutdown';

/** User agent of a numbered beat: the audit event of the request carries it back. */
function beatAgent(beat: number): string {
  return `${identities.witness}/${beat}`;
}

/**
 * Sends a numbered request to the API server every second and records whether it was answered. An API server on its way
 * out still answers, but need not get its last audit events off (a kubelet that takes over static pods of another version
 * gives them one second): what it answers then vouches for nothing, and is not recorded.
 */
export function runBeat(effects: BeatEffects, signal: AbortSignal): Promise<void> {
  const { kube, clock, record, memory } = effects;
  return atPace(clock, beatMs, signal, async () => {
    memory.lastBeat += 1;
    const beat = memory.lastBeat;
    const isAnswered = (path: string) =>
      kube.get(path, { userAgent: beatAgent(beat), withinMs: answerWithinMs, signal }).then(
        (answer) => answer.status === 200,
        () => false,
      );
    const ok = await isAnswered(`/version?beat=${beat}`);
    const at = clock.now();
    const vouches = !ok || (await isAnswered(isOnItsWayOut));
    // Ended by ourselves: says nothing about the API server.
    if (!(ok && vouches) && signal.aborted) return;
    if (vouches) record({ at, kind: 'beat', beat, ok });
  });
}
