import { identities, type TimelineEvent } from '../domain/timeline.ts';

/**
 * Where a backup is noted, once when it begins and once when it is done. What lies on a disk can be changed by whoever
 * works there; these two writes are in the audit trail under the engine's name, so when the backup was taken is known
 * for good. They have another use in the story: the note in the cluster says where the backup is.
 */
export const backupNote = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'last-backup' };

/** The note as a manifest. */
export function backupNoteManifest(state: 'running' | 'done', files: readonly string[]): string {
  const { apiVersion, kind, namespace, name } = backupNote;
  return JSON.stringify({ apiVersion, kind, metadata: { namespace, name }, data: { state, files: files.join('\n') } });
}

/** When the last backup was begun and when it was done, wall clock ms; undefined when none is in the record. */
export function lastBackup(timeline: readonly TimelineEvent[]): { begun: number; done: number } | undefined {
  const times = timeline
    .flatMap((event) => (event.kind === 'act' ? [event.act] : []))
    .filter(({ user, impersonated = '' }) => user === identities.engine && impersonated === '')
    .filter(({ resource, namespace, name, code }) => {
      const isNote = resource === 'configmaps' && namespace === backupNote.namespace && name === backupNote.name;
      return isNote && code >= 200 && code < 300;
    })
    .map(({ requestedAt }) => requestedAt)
    .toSorted((a, b) => a - b);
  const [begun, done] = times.slice(-2);
  return begun === undefined || done === undefined ? undefined : { begun, done };
}
