import { describe, expect, it } from 'vitest';
import type { NodeFacts, PodFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { createClusterWatch } from '../../../engine/drill/cluster-look.ts';

const node = (name: string, more: Partial<NodeFacts> = {}): TimelineEvent => ({
  at: 1000,
  kind: 'node',
  change: 'present',
  node: { name, uid: name, ready: 'True', unschedulable: false, kubeletVersion: 'v1.34.4', ...more },
});
const pod = (name: string, more: Partial<PodFacts> = {}, change: 'present' | 'gone' = 'present'): TimelineEvent => ({
  at: 1000,
  kind: 'pod',
  change,
  pod: {
    ...{ namespace: 'shop', name, uid: name, node: 'w1', labels: { app: 'web' }, phase: 'Running', ready: true },
    ...{ terminating: false, owner: 'ReplicaSet' },
    ...more,
  },
});
const traffic = (at: number, ok: number): TimelineEvent => ({
  ...{ at, kind: 'traffic', service: 'shop/web', node: 'w1', sent: 5, ok },
});
const lookAfter = (events: readonly TimelineEvent[], now = 2000) => {
  const watch = createClusterWatch();
  for (const event of events) watch.take(event);
  return watch.look(now);
};

describe('the look of the cluster', () => {
  it('has the nodes in the order of their numbers, as they are last', () => {
    const { nodes } = lookAfter([
      ...[node('w10'), node('w2'), node('cp1'), node('w3')],
      node('w2', { ready: 'Unknown', unschedulable: true, kubeletVersion: 'v1.35.4' }),
      { ...node('w3'), change: 'gone' } as TimelineEvent,
    ]);
    expect(nodes.map(({ name }) => name)).toEqual(['cp1', 'w2', 'w10']);
    expect(nodes[1]).toEqual({ name: 'w2', ready: 'Unknown', cordoned: true, version: 'v1.35.4' });
  });

  it('has the pods of the workloads by their label, and none of the system', () => {
    const { workloads } = lookAfter([
      ...[pod('web-1'), pod('web-2', { ready: false, node: '' }), pod('web-3'), pod('web-3', {}, 'gone')],
      ...[pod('web-4', { terminating: true }), pod('web-5', { phase: 'Failed', ready: false })],
      ...[pod('bare', { labels: {} }), pod('job', { labels: {}, phase: 'Succeeded', ready: false })],
      pod('etcd-cp1', { namespace: 'kube-system' }),
    ]);
    expect(workloads.map(({ name }) => name)).toEqual(['shop/bare', 'shop/job', 'shop/web']);
    expect(workloads[2]?.pods.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...['web-1 ready', 'web-2 waiting', 'web-4 ending', 'web-5 failed'],
    ]);
    expect(workloads[1]?.pods[0]?.state).toBe('done');
  });

  it('says by the last seconds whether a service answers', () => {
    const state = (events: readonly TimelineEvent[], now: number) => lookAfter(events, now).services[0]?.state;
    expect(state([traffic(1000, 0), traffic(2000, 5)], 2000)).toBe('partly');
    expect(state([traffic(1000, 0), traffic(9000, 5)], 9000)).toBe('up');
    expect(state([traffic(1000, 0)], 2000)).toBe('down');
    expect(state([traffic(1000, 5)], 60_000)).toBe('unseen');
  });

  it('says when nobody answers, and when nobody records', () => {
    const api = (answers: boolean, name = 'cp1'): TimelineEvent => ({
      ...{ at: 1000, kind: 'apiserver', node: name },
      ...(answers ? { version: 'v1.34.4' } : {}),
    });
    expect(lookAfter([api(true), api(false)]).api).toBe('silent');
    expect(lookAfter([api(false), api(true, 'cp2')]).api).toBe('answers');
    expect(lookAfter([{ at: 1000, kind: 'tick' }], 2000).witness).toBe('records');
    expect(lookAfter([{ at: 1000, kind: 'tick' }], 20_000).witness).toBe('silent');
  });
});
