import { describe, expect, test } from 'vitest';
import { componentVersionsCheck } from '../../../engine/checks/component-versions.ts';
import { packagesHeldCheck } from '../../../engine/checks/packages-held.ts';
import { contextOf, FakeKube, FakeMachine } from './fake-context.ts';

const staticPod = (name: string, tag: string, ready = 'True') => ({
  spec: { containers: [{ image: `registry.k8s.io/${name}:${tag}` }] },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const template = (image: string) => ({ template: { spec: { containers: [{ image }] } } });

/** A cluster after "kubeadm upgrade apply". */
const upgraded = {
  'Pod/kube-system/kube-apiserver-cp1': staticPod('kube-apiserver', 'v1.35.4'),
  'Pod/kube-system/kube-controller-manager-cp1': staticPod('kube-controller-manager', 'v1.35.4@sha256:0123abc'),
  'Pod/kube-system/kube-scheduler-cp1': staticPod('kube-scheduler', 'v1.35.4'),
  'Pod/kube-system/etcd-cp1': staticPod('etcd', '3.6.6-0'),
  'DaemonSet/kube-system/kube-proxy': {
    metadata: { generation: 2 },
    spec: template('registry.k8s.io/kube-proxy:v1.35.4'),
    status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2 },
  },
  'Deployment/kube-system/coredns': {
    metadata: { generation: 2 },
    spec: { replicas: 2, ...template('registry.k8s.io/coredns/coredns:v1.13.1') },
    status: { observedGeneration: 2, updatedReplicas: 2, readyReplicas: 2 },
  },
  'ConfigMap/kube-system/kubeadm-config': { data: { ClusterConfiguration: 'kubernetesVersion: v1.35.4\n' } },
  'Node/cp1': { metadata: { name: 'cp1' }, status: { nodeInfo: { kubeletVersion: 'v1.35.4' } } },
};

const everything: Parameters<typeof componentVersionsCheck.evaluate>[1] = {
  version: '1.35.4',
  of: [
    { component: 'control-plane', node: 'cp1' },
    { component: 'etcd', node: 'cp1', tag: '3.6.6-0' },
    { component: 'kube-proxy' },
    { component: 'coredns', tag: 'v1.13.1' },
    { component: 'kubeadm-config' },
    { component: 'kubelet', node: 'cp1' },
    { component: 'program', name: 'kubectl', node: 'cp1' },
  ],
};

const look = (
  changes: Record<string, unknown> = {},
  kubectl = 'Client Version: v1.35.4\nKustomize Version: v5.7.1\n',
) =>
  componentVersionsCheck.evaluate(
    contextOf(new FakeKube({ ...upgraded, ...changes }), new FakeMachine('cp1', { stdout: kubectl })),
    everything,
    'assert',
  );

describe('component-versions', () => {
  test('everything at its version passes', async () => {
    expect((await look()).result).toBe('passed');
  });

  test.each([
    [
      { 'Pod/kube-system/kube-scheduler-cp1': staticPod('kube-scheduler', 'v1.34.4') },
      'kube-scheduler on cp1 is at v1.34.4',
    ],
    [{ 'Pod/kube-system/kube-scheduler-cp1': undefined }, 'there is no kube-scheduler on cp1'],
    [{ 'Pod/kube-system/etcd-cp1': staticPod('etcd', '3.6.5-0') }, 'etcd on cp1 is at 3.6.5-0'],
    [
      { 'Pod/kube-system/kube-apiserver-cp1': staticPod('kube-apiserver', 'v1.35.4', 'False') },
      'kube-apiserver on cp1 is at v1.35.4, but its pod is not Ready',
    ],
    [
      { 'ConfigMap/kube-system/kubeadm-config': { data: { ClusterConfiguration: 'kubernetesVersion: v1.34.4' } } },
      'kubernetesVersion in the ConfigMap kubeadm-config is at v1.34.4',
    ],
    [
      { 'Node/cp1': { metadata: { name: 'cp1' }, status: { nodeInfo: { kubeletVersion: 'v1.34.4' } } } },
      'the kubelet that runs on cp1 is at v1.34.4',
    ],
    [
      {
        'DaemonSet/kube-system/kube-proxy': {
          ...upgraded['DaemonSet/kube-system/kube-proxy'],
          status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2 },
        },
      },
      'kube-proxy is at v1.35.4, but 1 of 2 pods are new and Ready',
    ],
    [
      {
        'Deployment/kube-system/coredns': {
          ...upgraded['Deployment/kube-system/coredns'],
          metadata: { generation: 3 },
        },
      },
      'CoreDNS is at v1.13.1, but 2 of 2 pods are new and Ready',
    ],
  ])('%j fails', async (changes, found) => {
    expect(await look(changes)).toMatchObject({ result: 'failed', found });
  });

  test('an old program fails, one that cannot be asked is an error', async () => {
    expect(await look({}, 'Client Version: v1.34.4\n')).toMatchObject({
      result: 'failed',
      found: 'the program kubectl on cp1 is at v1.34.4',
    });
    await expect(look({}, '')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });

  test('ahead of the plan means something else than behind it', async () => {
    const ahead = { version: '1.34.4', of: [{ component: 'kubelet' as const, node: 'cp1' }] };
    const finding = await componentVersionsCheck.evaluate(contextOf(new FakeKube(upgraded)), ahead, 'assert');
    expect(finding.result).toBe('failed');
    expect(finding.meaning).toContain('ahead of what was planned');
  });
});

test('packages-held names those that are free', async () => {
  const look = (stdout: string) =>
    packagesHeldCheck.evaluate(
      contextOf(new FakeKube({}), new FakeMachine('w1', { stdout })),
      { node: 'w1', packages: ['kubeadm', 'kubelet'] },
      'assert',
    );
  expect((await look('kubeadm\nkubectl\nkubelet\n')).result).toBe('passed');
  expect(await look('kubeadm\nkubelet-extra\n')).toMatchObject({ result: 'failed', found: 'not held on w1: kubelet' });
});
