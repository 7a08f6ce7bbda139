import { expect, test } from 'vitest';
import { actOf, echoedBeat, requestKeyOf } from '../../../engine/witness/audit-event.ts';
import { auditEvent } from './audit-events.ts';

test('an eviction becomes an act with who, what, when and the answer', () => {
  const event = auditEvent({
    verb: 'create',
    requestReceivedTimestamp: '2026-03-01T10:00:00.250999Z',
    objectRef: { resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'web-1' },
    responseStatus: { code: 429 },
  });
  expect(actOf(event)).toEqual({
    requestedAt: Date.UTC(2026, 2, 1, 10, 0, 0, 250),
    user: 'learner',
    userAgent: 'kubectl/v1.34.4',
    verb: 'create',
    resource: 'pods',
    subresource: 'eviction',
    namespace: 'shop',
    name: 'web-1',
    code: 429,
  });
});

test('an impersonation names both users', () => {
  const act = actOf(auditEvent({ impersonatedUser: { username: 'kubewright-ops' } }));
  expect(act).toMatchObject({ user: 'learner', impersonated: 'kubewright-ops' });
});

test.each(['get', 'list', 'watch', 'post'])('%s is not a write', (verb) => {
  expect(actOf(auditEvent({ verb }))).toBeUndefined();
});

test.each(['RequestReceived', 'ResponseStarted', 'Panic'])('the stage %s is not the answer to a write', (stage) => {
  expect(actOf(auditEvent({ stage }))).toBeUndefined();
});

test.each([
  ['merge patch, cordon', 'patch', { spec: { unschedulable: true } }, true],
  ['merge patch, uncordon as kubectl sends it', 'patch', { spec: { unschedulable: null } }, false],
  ['merge patch of something else', 'patch', { metadata: { labels: { a: 'b' } } }, undefined],
  ['JSON patch, add', 'patch', [{ op: 'add', path: '/spec/unschedulable', value: true }], true],
  ['JSON patch, remove', 'patch', [{ op: 'remove', path: '/spec/unschedulable' }], false],
  [
    'JSON patch, the last word counts',
    'patch',
    [
      { op: 'test', path: '/spec/unschedulable', value: true },
      { op: 'replace', path: '/spec/unschedulable', value: false },
    ],
    false,
  ],
  ['JSON patch of something else', 'patch', [{ op: 'remove', path: '/spec/taints' }], undefined],
  ['update with the field', 'update', { kind: 'Node', spec: { unschedulable: true } }, true],
  ['update without the field', 'update', { kind: 'Node', spec: {} }, false],
  ['no body in the trail', 'patch', undefined, undefined],
])('what a request says about unschedulable: %s', (_what, verb, requestObject, expected) => {
  const act = actOf(auditEvent({ verb, requestObject, objectRef: { resource: 'nodes', name: 'w1' } }));
  expect(act).toBeDefined();
  expect(act?.unschedulable).toBe(expected);
});

test('unschedulable is read from nodes only', () => {
  const requestObject = { spec: { unschedulable: true } };
  const status = { resource: 'nodes', subresource: 'status', name: 'w1' };
  expect(actOf(auditEvent({ verb: 'patch', requestObject, objectRef: status }))).not.toHaveProperty('unschedulable');
  const claims = { resource: 'widgets', name: 'w1' };
  expect(actOf(auditEvent({ verb: 'patch', requestObject, objectRef: claims }))).not.toHaveProperty('unschedulable');
});

test.each([
  ['system:node:w1', { resource: 'leases' }],
  ['system:node:w1', { resource: 'nodes', subresource: 'status' }],
  ['system:node:w1', { resource: 'pods', subresource: 'status' }],
  ['system:node:w1', { resource: 'events' }],
  ['system:kube-scheduler', { resource: 'pods', subresource: 'binding' }],
  ['system:kube-controller-manager', { resource: 'configmaps' }],
  ['system:serviceaccount:kube-system:endpointslice-controller', { resource: 'endpointslices' }],
])('routine of the component %s is left out: %o', (username, objectRef) => {
  expect(actOf(auditEvent({ user: { username }, objectRef }))).toBeUndefined();
});

test.each([
  ['system:node:w1', { resource: 'pods' }],
  ['system:kube-controller-manager', { resource: 'nodes' }],
  ['system:serviceaccount:kube-system:replicaset-controller', { resource: 'pods' }],
  ['system:serviceaccount:kube-system:disruption-controller', { resource: 'poddisruptionbudgets' }],
  ['system:serviceaccount:kube-system:deployment-controller', { resource: 'replicasets' }],
  ['learner', { resource: 'events' }],
  ['kubernetes-admin', { resource: 'leases' }],
  ['learner', { resource: 'pods', subresource: 'binding' }],
  ['system:serviceaccount:shop:made-by-the-learner', { resource: 'configmaps' }],
  ['system:anonymous', { resource: 'configmaps' }],
])('what %s does is kept: %o', (username, objectRef) => {
  expect(actOf(auditEvent({ user: { username }, objectRef }))).toMatchObject({ user: username });
});

test('a component that acts for somebody else is not routine', () => {
  const event = auditEvent({
    user: { username: 'system:node:w1' },
    impersonatedUser: { username: 'learner' },
    objectRef: { resource: 'configmaps' },
  });
  expect(actOf(event)).toBeDefined();
});

test.each([
  ['create with the query', { verb: 'create', requestURI: '/api/v1/namespaces/shop/pods?dryRun=All' }],
  ['delete as kubectl asks for it', { verb: 'delete', requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } }],
  ['delete without a body', { verb: 'delete', requestURI: '/api/v1/namespaces/shop/pods/web-1?dryRun=All' }],
  ['eviction', { verb: 'create', requestObject: { kind: 'Eviction', deleteOptions: { dryRun: ['All'] } } }],
])('a dry run changes nothing and is no act: %s', (_what, fields) => {
  expect(actOf(auditEvent(fields))).toBeUndefined();
});

test.each([
  [
    'its body says otherwise, and the body counts',
    { requestURI: '/pods/web-1?dryRun=All', requestObject: { kind: 'DeleteOptions' } },
  ],
  ['the trail has no bodies, so nobody knows', { requestURI: '/pods/web-1?dryRun=All', level: 'Metadata' }],
])('a delete that only looks like a dry run is an act: %s', (_what, fields) => {
  expect(actOf(auditEvent({ verb: 'delete', ...fields }))).toMatchObject({ verb: 'delete' });
});

test('the name of a create with generateName comes from the answer', () => {
  const event = auditEvent({
    verb: 'create',
    objectRef: { resource: 'pods', namespace: 'shop' },
    responseObject: { metadata: { name: 'web-x7' } },
  });
  expect(actOf(event)).toMatchObject({ name: 'web-x7' });
});

test('only the witness itself is echoed', () => {
  const beat = { verb: 'get', userAgent: 'kubewright-witness/42', user: { username: 'kubewright-witness' } };
  expect(echoedBeat(auditEvent(beat))).toBe(42);
  expect(echoedBeat(auditEvent({ ...beat, user: { username: 'learner' } }))).toBeUndefined();
  expect(echoedBeat(auditEvent({ ...beat, impersonatedUser: { username: 'kubewright-ops' } }))).toBeUndefined();
  expect(echoedBeat(auditEvent({ ...beat, stage: 'RequestReceived' }))).toBeUndefined();
  expect(echoedBeat(auditEvent({ ...beat, userAgent: 'kubewright-witness' }))).toBeUndefined();
});

test('an audit id that a client chose twice does not make two requests one', () => {
  const first = auditEvent({ auditID: 'chosen', requestReceivedTimestamp: '2026-03-01T10:00:00.000001Z' });
  const second = auditEvent({ auditID: 'chosen', requestReceivedTimestamp: '2026-03-01T10:00:00.000002Z' });
  expect(requestKeyOf(first)).not.toBe(requestKeyOf(second));
});
