import { describe, expect, test } from 'vitest';
import { findUnsettled } from '../../../../engine/drill/steps/steady-state.ts';
import type { KubeApi } from '../../../../engine/providers/provider.ts';

const yes = (type: string) => ({ conditions: [{ type, status: 'True' }] });
const no = (type: string) => ({ conditions: [{ type, status: 'False' }] });
const node = (name: string, spec: object = {}, status: object = yes('Ready')) => ({ metadata: { name }, spec, status });
const shop = (name: string) => ({ name, namespace: 'shop' });

function fakeKube(objects: Readonly<Record<string, readonly object[]>>): KubeApi {
  return {
    read: async () => undefined,
    list: async <T>({ kind }: { kind: string }) => (objects[kind] ?? []) as T[],
    apply: async () => undefined,
    isReady: async () => true,
    askKubelet: async () => ({ code: 200, said: 'ok' }),
  };
}

const find = (objects: Parameters<typeof fakeKube>[0]) => findUnsettled(fakeKube(objects), 2);
const nodes = [node('cp1', { taints: [{ key: 'node-role.kubernetes.io/control-plane' }] }), node('w1')];

describe('a cluster', () => {
  test('is settled with the taint that a control plane keeps, and with pods that are done', async () => {
    const Pod = [
      { metadata: shop('web'), status: { phase: 'Running', ...yes('Ready') } },
      { metadata: shop('job'), status: { phase: 'Succeeded', ...no('Ready') } },
    ];
    const Deployment = [{ metadata: shop('web'), spec: { replicas: 2 }, status: { availableReplicas: 2 } }];
    expect(await find({ Node: nodes, Pod, Deployment })).toEqual([]);
  });

  test('is not settled while a node is Ready and its taint of before has not been taken off yet', async () => {
    const held = node('w1', { taints: [{ key: 'node.kubernetes.io/not-ready' }] });
    expect(await find({ Node: [nodes[0] ?? {}, held] })).toEqual([
      'node w1 does not take pods yet (taint node.kubernetes.io/not-ready)',
    ]);
  });

  test('is not settled while a node is missing, cordoned or not Ready, or something on it is not there yet', async () => {
    expect(
      await find({
        Node: [node('cp1', { unschedulable: true }, no('Ready'))],
        Deployment: [{ metadata: shop('web'), spec: { replicas: 2 }, status: { availableReplicas: 1 } }],
        DaemonSet: [{ metadata: shop('log'), spec: {}, status: { desiredNumberScheduled: 2, numberAvailable: 1 } }],
        Pod: [{ metadata: shop('web'), status: { phase: 'Running', ...no('Ready') } }],
      }),
    ).toEqual([
      '1 of 2 nodes have joined',
      'node cp1 is not Ready',
      'node cp1 is cordoned',
      'deployment shop/web is not available yet',
      'daemon set shop/log is not available yet',
      'pod shop/web is not Ready',
    ]);
  });
});
