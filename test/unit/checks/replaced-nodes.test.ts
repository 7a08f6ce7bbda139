import { describe, expect, test } from 'vitest';
import { nodeConditionCheck } from '../../../engine/checks/node-condition.ts';
import { nodeLabelsCheck } from '../../../engine/checks/node-labels.ts';
import { podsOnNodeCheck } from '../../../engine/checks/pods-on-node.ts';
import { taintsAbsentCheck } from '../../../engine/checks/taints-absent.ts';
import { contextOf, FakeKube } from './fake-context.ts';

const kubeWith = (node: unknown) => new FakeKube(node === undefined ? {} : { 'Node/w1': node });

describe('node-labels', () => {
  const look = (node: unknown) =>
    nodeLabelsCheck.evaluate(contextOf(kubeWith(node)), { node: 'w1', labels: { disktype: 'ssd' } }, 'assert');

  test.each([
    ['passed', { metadata: { labels: { disktype: 'ssd', other: 'x' } } }, 'it has'],
    ['failed', { metadata: { labels: { disktype: 'hdd' } } }, 'node w1 has not: disktype=ssd'],
    ['failed', { metadata: {} }, 'node w1 has not: disktype=ssd'],
    ['failed', undefined, 'there is no node w1 in the cluster'],
  ])('%s: %j', async (result, node, found) => {
    expect(await look(node)).toMatchObject({ result, found });
  });
});

describe('taints-absent', () => {
  const key = 'node.kubernetes.io/out-of-service';
  const look = (node: unknown) =>
    taintsAbsentCheck.evaluate(contextOf(kubeWith(node)), { node: 'w1', keys: [key] }, 'assert');

  test.each([
    ['passed', undefined, 'there is no node w1 any more'],
    ['passed', { spec: {} }, 'none'],
    ['passed', { spec: { taints: [{ key: 'node.kubernetes.io/unreachable' }] } }, 'none'],
    ['failed', { spec: { taints: [{ key }] } }, `node w1 has ${key}`],
  ])('%s: %j', async (result, node, found) => {
    expect(await look(node)).toMatchObject({ result, found });
  });
});

describe('node-condition', () => {
  const look = (node: unknown) =>
    nodeConditionCheck.evaluate(contextOf(kubeWith(node)), { node: 'w1', without: 'DiskPressure' }, 'assert');
  const reports = (status: string) => ({
    metadata: { name: 'w1' },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'DiskPressure', status, message: 'kubelet has disk pressure' },
      ],
    },
  });

  test.each([
    ['passed', reports('False'), 'so it does'],
    ['failed', reports('True'), 'DiskPressure is True (kubelet has disk pressure)'],
    ['failed', reports('Unknown'), 'DiskPressure is Unknown (kubelet has disk pressure)'],
    ['failed', { metadata: { name: 'w1' } }, 'DiskPressure is not reported'],
    ['failed', undefined, 'there is no node w1 in the cluster'],
  ])('%s: %j', async (result, node, found) => {
    expect(await look(node)).toMatchObject({ result, found });
  });
});

describe('pods-on-node', () => {
  const pod = (name: string, more: { node?: string; ready?: string; app?: string; ending?: boolean } = {}) => ({
    metadata: {
      name,
      labels: { app: more.app ?? 'web' },
      ...(more.ending === true ? { deletionTimestamp: '2026-01-02T14:00:00Z' } : {}),
    },
    spec: { nodeName: more.node ?? 'w1' },
    status: { conditions: [{ type: 'Ready', status: more.ready ?? 'True' }] },
  });
  const look = (...pods: readonly unknown[]) =>
    podsOnNodeCheck.evaluate(
      contextOf(new FakeKube({}, { Pod: pods })),
      { node: ['w1', 'w3'], namespace: 'shop', selector: { app: 'web' }, min: 2 },
      'assert',
    );

  test('Ready pods on any of the nodes count', async () => {
    const finding = await look(pod('web-1'), pod('web-2', { node: 'w3' }), pod('web-3', { node: 'w2' }));
    expect(finding).toMatchObject({
      result: 'passed',
      expected: 'at least 2 Ready pods app=web of namespace shop on w1 and w3',
    });
  });

  test.each([
    ['on another node', pod('web-2', { node: 'w2' }), 'web-2 on w2 (Ready)'],
    ['not Ready', pod('web-2', { ready: 'False' }), 'web-2 on w1 (not Ready)'],
    ['on its way out', pod('web-2', { ending: true }), 'web-2 on w1 (Terminating)'],
    ['on no node', { metadata: { name: 'web-2', labels: { app: 'web' } } }, 'web-2 on no node (not Ready)'],
  ])('one that is %s does not', async (_, other, words) => {
    expect(await look(pod('web-1'), other)).toMatchObject({
      result: 'failed',
      found: `there are: web-1 on w1 (Ready) and ${words}`,
    });
  });

  test('pods of others do not', async () => {
    const finding = await look(pod('api-1', { app: 'api' }), pod('api-2', { app: 'api' }));
    expect(finding).toMatchObject({ result: 'failed', found: 'there is no such pod' });
  });
});
