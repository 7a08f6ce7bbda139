import { expect, test } from 'vitest';
import { actor, isLearnersAct } from '../../../engine/checks/attribution.ts';
import { deletion } from './record-builder.ts';

const kubectl = 'kubectl/v1.34.4 (linux/amd64) kubernetes/abc';
const controllerManager = 'kube-controller-manager/v1.34.4 (linux/amd64) kubernetes/abc';
const kubelet = 'kubelet/v1.34.4 (linux/amd64) kubernetes/abc';

test.each([
  ['learner', kubectl],
  ['learner', 'curl/8.1'],
  ['learner', ''],
  ['kubernetes-admin', kubectl],
  ['kubernetes-super-admin', kubectl],
  ['kubernetes-admin', 'kubeadm/v1.34.4 (linux/amd64) kubernetes/abc'],
  ['system:bootstrap:abcdef', kubelet],
  ['system:anonymous', 'curl/8.1'],
  ['system:serviceaccount:default:robot', 'robot/v1'],
  ['system:serviceaccount:shop:default', 'kube-controller-manager/v1.34.4'],
  ['system:serviceaccount:kube-system-2:robot', 'robot/v1'],
  ['system:node:w1', kubectl],
  ['system:node:w1', 'curl/8.1'],
  ['system:node:w1', ''],
  ['system:kube-controller-manager', kubectl],
  ['system:kube-scheduler', 'python-requests/2.31'],
  ['system:apiserver', 'Go-http-client/2.0'],
  ['system:serviceaccount:kube-system:node-controller', kubectl],
  ['system:serviceaccount:kube-system:node-controller', 'curl/8.1'],
  ['system:serviceaccount:kube-system:node-controller', 'Python-urllib/3.11'],
  ['system:serviceaccount:kube-system:node-controller', ''],
  ['kubewright-engine-2', kubectl],
  ['kubewright-ops', kubectl],
])('%s with "%s" is the learner', (user, userAgent) => {
  expect(isLearnersAct({ ...deletion, user, userAgent })).toBe(true);
});

test.each([
  ['kubewright-engine', 'node-fetch'],
  ['kubewright-witness', 'kubewright-witness/3'],
  ['system:kube-controller-manager', controllerManager],
  ['system:kube-scheduler', 'kube-scheduler/v1.34.4 (linux/amd64) kubernetes/abc/scheduler'],
  ['system:apiserver', 'kube-apiserver/v1.34.4 (linux/amd64) kubernetes/abc'],
  ['system:node:w1', kubelet],
  ['system:serviceaccount:kube-system:replicaset-controller', `${controllerManager}/system:serviceaccount:kube-system`],
  ['system:serviceaccount:kube-system:pod-garbage-collector', controllerManager],
  ['system:serviceaccount:kube-system:generic-garbage-collector', controllerManager],
  [
    'system:serviceaccount:local-path-storage:local-path-provisioner-service-account',
    'local-path-provisioner/v0.0.0 (linux/amd64) kubernetes/$Format',
  ],
])('%s with "%s" is not the learner', (user, userAgent) => {
  expect(isLearnersAct({ ...deletion, user, userAgent })).toBe(false);
});

test('whoever acts as somebody else is the learner, as whomever they act', () => {
  for (const impersonated of ['kubewright-engine', 'kubewright-ops', 'system:kube-controller-manager']) {
    const as = { ...deletion, user: 'kubernetes-admin', userAgent: controllerManager, impersonated };
    expect(isLearnersAct(as)).toBe(true);
  }
  const controller = { ...deletion, user: 'system:kube-controller-manager', userAgent: controllerManager };
  expect(isLearnersAct({ ...controller, impersonated: 'learner' })).toBe(true);
});

test("the colleague's drain is not the learner, other acts in the colleague's name are", () => {
  const ops = { ...deletion, user: 'kubewright-ops' };
  expect(isLearnersAct({ ...ops, verb: 'patch', resource: 'nodes', name: 'w2' })).toBe(false);
  expect(isLearnersAct({ ...ops, verb: 'create', subresource: 'eviction' })).toBe(false);
  expect(isLearnersAct({ ...ops, verb: 'delete', resource: 'poddisruptionbudgets' })).toBe(true);
});

test('the actor is named with the program and the mask', () => {
  expect(actor(deletion)).toBe('learner with kubectl');
  expect(actor({ ...deletion, impersonated: 'bob', userAgent: '' })).toBe('learner as bob');
});
