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
/** A server that does not answer the first of the two questions is not asked the second: so the pace is kept. */
const answerWithinMs = 900;
/** Fails as soon as the API server was told to end (k8s.io/apiserver, server/healthz.go); asks neither etcd nor the trail. */
const shutdownCheck = { path: '/readyz/shutdown', failed: 500 } as const;

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
    const server = kube.connect();
    const ask = (path: string) =>
      server.get(path, { userAgent: beatAgent(beat), withinMs: answerWithinMs, signal }).then(
        ({ status }) => status,
        () => undefined,
      );
    const check = await ask(shutdownCheck.path);
    const isOnItsWayOut = check === shutdownCheck.failed;
    const ok = check !== undefined && !isOnItsWayOut && (await ask(`/version?beat=${beat}`)) === 200;
    server.close();
    // Ended by ourselves: says nothing about the API server.
    if (isOnItsWayOut || (!ok && signal.aborted)) return;
    record({ at: clock.now(), kind: 'beat', beat, ok });
  });
}
