import { expect, test } from 'vitest';
import { nodeFacts, pdbFacts, podFacts } from '../../../engine/witness/facts.ts';

test('a node is ready only when its condition says so', () => {
  const node = (status: string) => ({
    metadata: { name: 'w1', uid: 'u' },
    spec: {},
    status: { conditions: [{ type: 'Ready', status }], nodeInfo: { kubeletVersion: 'v1.34.4' } },
  });
  expect(nodeFacts(node('True'))).toEqual({
    name: 'w1',
    uid: 'u',
    ready: 'True',
    unschedulable: false,
    kubeletVersion: 'v1.34.4',
  });
  expect(nodeFacts(node('False')).ready).toBe('False');
  expect(nodeFacts(node('Unknown')).ready).toBe('Unknown');
  expect(nodeFacts({ metadata: { name: 'w1', uid: 'u' } })).toMatchObject({ ready: 'Unknown', kubeletVersion: '' });
});

test.each([
  [
    'a controlled pod',
    { ownerReferences: [{ kind: 'Other' }, { kind: 'ReplicaSet', controller: true }] },
    'ReplicaSet',
  ],
  ['a bare pod', {}, ''],
  ['a pod that is owned but not controlled', { ownerReferences: [{ kind: 'Job' }] }, ''],
  [
    'the mirror of a static pod',
    {
      annotations: { 'kubernetes.io/config.mirror': 'hash' },
      ownerReferences: [{ kind: 'Node', controller: true }],
    },
    'Mirror',
  ],
])('the owner of %s', (_what, metadata, owner) => {
  expect(podFacts({ metadata: { namespace: 'shop', name: 'p', uid: 'u', ...metadata } }).owner).toBe(owner);
});

test('a pod that is being deleted is terminating though it may still be ready', () => {
  const pod = {
    metadata: {
      namespace: 'shop',
      name: 'p',
      uid: 'u',
      labels: { app: 'web' },
      deletionTimestamp: '2026-03-01T10:00:00Z',
    },
    spec: { nodeName: 'w1' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
  expect(podFacts(pod)).toEqual({
    namespace: 'shop',
    name: 'p',
    uid: 'u',
    node: 'w1',
    labels: { app: 'web' },
    phase: 'Running',
    ready: true,
    terminating: true,
    owner: '',
  });
});

test('equal budgets have equal specs, whatever the order of their keys', () => {
  const pdb = (spec: object) => pdbFacts({ metadata: { namespace: 'shop', name: 'b', uid: 'u' }, spec });
  const one = pdb({ minAvailable: 2, selector: { matchLabels: { a: '1', b: '2' } } });
  const same = pdb({ selector: { matchLabels: { b: '2', a: '1' } }, minAvailable: 2 });
  expect(one).toEqual(same);
  expect(one).not.toEqual(pdb({ minAvailable: 1, selector: { matchLabels: { a: '1', b: '2' } } }));
});

test('an object without name or uid is refused', () => {
  expect(() => nodeFacts({ metadata: { name: 'w1' } })).toThrow('without name or uid');
});
