import type { JsonRecord } from '../../../engine/witness/json.ts';

let count = 0;

/** An audit event as the API server's webhook sends it: the learner deletes a pod, unless the fields say otherwise. */
export function auditEvent(fields: JsonRecord = {}): JsonRecord {
  count += 1;
  return {
    level: 'RequestResponse',
    auditID: `id-${count}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods/web-1',
    verb: 'delete',
    user: { username: 'learner', groups: ['system:authenticated'] },
    userAgent: 'kubectl/v1.34.4',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web-1', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-03-01T10:00:00.000000Z',
    ...fields,
  };
}

export function eventList(...items: readonly unknown[]): string {
  return JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items });
}
