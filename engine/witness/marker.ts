import { identities } from '../domain/timeline.ts';
import { atPace, type WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';
import type { KubeClient } from './kube-client.ts';

export interface MarkerEffects {
  readonly kube: KubeClient;
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  /** Shared with later runs, so that the numbers go on. */
  readonly memory: { lastMarker: number };
}

const namespace = 'markers';
const markerMs = 3_000;
/** Shorter than the pace together with what follows a marker, so that markers never overlap. */
const answerWithinMs = 2_000;
const cleanUpWithinMs = 500;
/** Two hours: numbers go on while a store is set back, and what was before a backup is to be there as long as it is looked for. */
const kept = 2_400;

/**
 * Writes a numbered object to the cluster every 3 s and records each one that the API server accepted; the newest 2400
 * are kept. A number is used until its object exists: one that exists already, made by a request whose answer got lost
 * or come back with a restored etcd, was not written by this request and is passed over.
 */
export function runMarkers({ kube, clock, record, memory }: MarkerEffects, signal: AbortSignal): Promise<void> {
  const options = { userAgent: identities.witness, withinMs: answerWithinMs, signal };
  const objects = `/api/v1/namespaces/${namespace}/configmaps`;
  /** Undefined when there was no answer. */
  const create = (path: string, object: object) =>
    kube.post(path, object, options).then(
      ({ status }) => status,
      () => undefined,
    );
  return atPace(clock, markerMs, signal, async () => {
    const marker = memory.lastMarker + 1;
    const status = await create(objects, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nameOf(marker) },
      data: { number: String(marker), at: new Date(clock.now()).toISOString() },
    });
    if (status === 201) record({ at: clock.now(), kind: 'marker', marker });
    if (status === 201 || status === 409) memory.lastMarker = marker;
    if (status === 404) {
      await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    }
    if (status === 201 && marker > kept) {
      // Best effort: one that stays is one too many and harms nothing.
      const oldest = `${objects}/${nameOf(marker - kept)}`;
      await kube.delete(oldest, { ...options, withinMs: cleanUpWithinMs }).catch(() => {});
    }
  });
}

function nameOf(marker: number): string {
  return `marker-${String(marker).padStart(6, '0')}`;
}
