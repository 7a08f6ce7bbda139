import { describe, expect, test } from 'vitest';
import { makeDebrief } from '../../../engine/debrief/make-debrief.ts';
import type { EtcdFacts, MachineReport, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { act, at, deletion, node, pod, traffic, witnessed } from '../checks/record-builder.ts';
import { sourcesOf } from './debrief-sources.ts';

const debriefOf = (...args: Parameters<typeof sourcesOf>) => makeDebrief(sourcesOf(...args));

describe('nodes', () => {
  test('are spans of equal state, clipped to what is shown, with versions and cordons', () => {
    const { nodes } = debriefOf([
      node(-300),
      node(-100, { kubeletVersion: 'v1.34.4' }),
      node(10, { unschedulable: true }),
      node(20, { unschedulable: true, ready: 'Unknown' }),
      node(30, { change: 'gone' }),
      node(40, { kubeletVersion: 'v1.35.4' }),
      node(90),
    ]);
    expect(nodes).toEqual([
      {
        name: 'w1',
        spans: [
          { from: -5_000, to: 10_000, ready: 'True', cordoned: false, version: 'v1.34.4' },
          { from: 10_000, to: 20_000, ready: 'True', cordoned: true, version: 'v1.34.4' },
          { from: 20_000, to: 30_000, ready: 'Unknown', cordoned: true, version: 'v1.34.4' },
          { from: 30_000, to: 40_000, ready: 'absent', cordoned: false, version: '' },
          { from: 40_000, to: 60_000, ready: 'True', cordoned: false, version: 'v1.35.4' },
        ],
      },
    ]);
  });
});

describe('applications', () => {
  test('count pods that are there and serve, and leave out what is finished and the system', () => {
    const { workloads } = debriefOf([
      pod(-20, { name: 'web-1' }),
      pod(-20, { name: 'web-2' }),
      pod(-20, { name: 'job', labels: {}, phase: 'Succeeded', ready: false }),
      pod(-20, { name: 'coredns', namespace: 'kube-system' }),
      pod(10, { name: 'web-1', terminating: true }),
      pod(12, { name: 'web-1', change: 'gone' }),
      pod(15, { name: 'web-3', ready: false }),
      pod(18, { name: 'web-3' }),
    ]);
    expect(workloads).toEqual([
      {
        name: 'shop/web',
        steps: [
          { at: -5_000, ready: 2, total: 2 },
          { at: 10_000, ready: 1, total: 2 },
          { at: 12_000, ready: 1, total: 1 },
          { at: 15_000, ready: 1, total: 2 },
          { at: 18_000, ready: 2, total: 2 },
        ],
      },
    ]);
  });
});

describe('services', () => {
  const seconds = (ok: (second: number) => number | undefined, through = 'cp1') =>
    Array.from({ length: 60 }, (_, second) => second).flatMap((second) => {
      const answered = ok(second);
      return answered === undefined ? [] : [traffic(second, answered, { node: through })];
    });

  test('tell silence in seconds, from the last answer to the next one', () => {
    const { services } = debriefOf(seconds((second) => (second >= 20 && second < 24 ? 0 : second === 30 ? 3 : 5)));
    expect(services).toMatchObject([{ name: 'shop/web', sent: 300, ok: 278, gaps: [{ from: 20_000, to: 24_000 }] }]);
    expect(services[0]?.spans.filter(({ state }) => state !== 'up')).toEqual([
      { from: 20_000, to: 24_000, state: 'down' },
      { from: 30_000, to: 31_000, state: 'partly' },
    ]);
  });

  test('one node that answers is an answer; a node that is not Ready is not asked', () => {
    const down = { ready: 'Unknown' } as const;
    const both = [...seconds(() => 5), ...seconds((second) => (second < 30 ? 5 : 0), 'w1')];
    const partly = debriefOf([node(-10, { name: 'cp1' }), node(-10), ...both]);
    expect(partly.services[0]?.gaps).toEqual([]);
    expect(partly.services[0]?.spans.at(-1)?.state).toBe('partly');
    const whole = debriefOf([
      node(-10, { name: 'cp1' }),
      node(-10),
      ...seconds(() => 5),
      node(30, down),
      ...seconds((second) => (second < 30 ? undefined : 0), 'w1'),
    ]);
    expect(whole.services[0]?.spans.at(-1)?.state).toBe('up');
  });

  test('a time in which nobody asked is no silence', () => {
    const { services } = debriefOf(seconds((second) => (second > 20 && second < 40 ? undefined : 5)));
    expect(services[0]?.gaps).toEqual([]);
    expect(services[0]?.spans).toContainEqual({ from: 21_000, to: 40_000, state: 'unseen' });
  });
});

describe('what was done', () => {
  test('is the learner’s, from the hand-over on, equal deeds together', () => {
    const eviction = { verb: 'create', subresource: 'eviction', name: 'api-7c9f8d6b5f-x2x4z', code: 429 } as const;
    const { acts } = debriefOf([
      act(-5),
      act(5, { user: 'kubewright-engine' }),
      act(6, { verb: 'patch', resource: 'nodes', namespace: '', name: 'w1', unschedulable: true }),
      act(10, eviction),
      act(15, eviction),
      act(20, { ...eviction, code: 201 }),
      act(50, eviction),
      act(55, { resource: 'leases', verb: 'update' }),
      act(58, { resource: 'poddisruptionbudgets', name: 'api-pdb' }),
      act(70),
    ]);
    expect(
      acts.map(({ at: moment, lastAt, count, text, key, code }) => [moment, lastAt, count, text, key, code]),
    ).toEqual([
      [6_000, 6_000, 1, 'cordon node w1', 'cordon node w1', 200],
      [10_000, 20_000, 3, 'evict pod shop/api-7c9f8d6b5f-x2x4z', 'evict pod shop/api', 201],
      [50_000, 50_000, 1, 'evict pod shop/api-7c9f8d6b5f-x2x4z', 'evict pod shop/api refused', 429],
      [58_000, 58_000, 1, 'delete budget shop/api-pdb', 'delete budget shop/api-pdb', 200],
    ]);
    expect(acts[0]?.who).toBe('learner with kubectl');
    expect(deletion.user).toBe('learner');
  });
});

describe('machines', () => {
  const report = (changes: Partial<MachineReport> = {}): MachineReport => ({
    bootedAt: at(-600),
    units: { kubelet: { active: 'active', file: 'enabled', startedAt: at(-500) } },
    programs: { kubeadm: 'v1.34.4' },
    files: { '/etc/kubernetes/manifests/etcd.yaml': 'a' },
    etcd: { startedAt: at(-400), data: '8:1', path: '/var/lib/etcd' },
    ...changes,
  });
  const told = (second: number, changes: Partial<MachineReport> = {}): TimelineEvent => ({
    ...{ at: at(second), kind: 'machine', node: 'cp1', report: report(changes) },
  });

  test('tell what changed on them, also over a time without etcd', () => {
    const { etcd: _, ...without } = report();
    const moved = { startedAt: at(25), data: '8:2', path: '/var/lib/etcd-new' };
    const files = { '/etc/kubernetes/manifests/etcd.yaml': 'b' };
    const { changes } = debriefOf([
      told(-50, { programs: { kubeadm: 'v1.33.0' } }),
      told(-40),
      { at: at(10), kind: 'machine', node: 'cp1', report: { ...without, files } },
      told(26, { files, etcd: moved }),
      told(30, { files, etcd: moved, programs: { kubeadm: 'v1.35.4' } }),
      told(35, {
        ...{ files, etcd: moved, programs: { kubeadm: 'v1.35.4' } },
        units: { kubelet: { active: 'active', file: 'enabled', startedAt: at(34) } },
      }),
    ]);
    expect(changes.map(({ at: moment, text, key }) => [moment, text, key])).toEqual([
      [
        10_000,
        '/etc/kubernetes/manifests/etcd.yaml was changed',
        'cp1 /etc/kubernetes/manifests/etcd.yaml was changed',
      ],
      [26_000, 'etcd works in /var/lib/etcd-new now', 'cp1 etcd works in another data directory'],
      [30_000, 'kubeadm v1.34.4 → v1.35.4 on the disk', 'cp1 kubeadm v1.34.4 → v1.35.4 on the disk'],
      [35_000, 'kubelet was restarted', 'cp1 kubelet was restarted'],
    ]);
  });
});

describe('the control plane', () => {
  const facts = (revision: number, raftTerm: number): EtcdFacts => ({
    ...{ clusterId: 'c', memberId: 'm', leader: 'm', version: '3.6.5', revision, raftTerm, raftIndex: revision },
    ...{ dbSize: 1, dbSizeInUse: 1, alarms: [], members: [] },
  });

  test('has outages, versions, terms, and a revision that is thinned out but for its falls', () => {
    const samples = Array.from({ length: 600 }, (_, tenth): TimelineEvent => {
      const isRestored = tenth >= 300;
      const answered = facts(isRestored ? 100 + tenth : 1_000 + tenth, isRestored ? 3 : 2);
      return {
        at: at(tenth / 10),
        kind: 'etcd',
        node: 'cp1',
        ...(tenth >= 250 && tenth < 300 ? {} : { facts: answered }),
      };
    });
    const { etcd, apiServers } = debriefOf([
      { at: at(-50), kind: 'apiserver', node: 'cp1', version: 'v1.34.4' },
      { at: at(25), kind: 'apiserver', node: 'cp1' },
      { at: at(32), kind: 'apiserver', node: 'cp1', version: 'v1.35.4' },
      ...samples,
    ]);
    expect(apiServers[0]?.spans).toEqual([
      { from: -5_000, to: 25_000, version: 'v1.34.4' },
      { from: 25_000, to: 32_000 },
      { from: 32_000, to: 60_000, version: 'v1.35.4' },
    ]);
    expect(etcd[0]?.spans).toContainEqual({ from: 25_000, to: 30_000, answers: false });
    const points = etcd[0]?.points ?? [];
    expect(points.length).toBeLessThan(170);
    expect(points.length).toBeGreaterThan(100);
    expect(points.find(({ term }) => term === 3)).toEqual({ at: 30_000, revision: 400, term: 3, leads: true });
  });
});

describe('the frame', () => {
  test('begins a little before the fault, shows checks as they turned, and where the witness was away', () => {
    const look = (second: number, result: 'passed' | 'failed') => ({
      ...{ at: at(second), results: [{ id: 'mended', role: 'objective', result } as const] },
    });
    const debrief = debriefOf(witnessed(60, [], { ticking: (second) => second < 30 || second > 41 }), {
      faults: [{ at: at(-30), kind: 'door-jammed' }],
      happened: { guest: at(20) },
      looks: [look(-10, 'failed'), look(5, 'failed'), look(40, 'passed'), look(60, 'passed')],
    });
    expect(debrief).toMatchObject({ from: -35_000, to: 60_000, startedAt: at(0) });
    expect(debrief.faults).toEqual([{ at: -30_000, kind: 'door-jammed' }]);
    expect(debrief.events).toEqual([{ id: 'guest', at: 20_000 }]);
    expect(debrief.checks).toEqual([
      {
        id: 'mended',
        role: 'objective',
        turns: [
          { at: -10_000, result: 'failed' },
          { at: 40_000, result: 'passed' },
        ],
      },
    ]);
    expect(debrief.unseen).toContainEqual({ from: 29_000, to: 42_000 });
  });

  test('of a drill that nothing is known of is empty, not an error', () => {
    expect(debriefOf([])).toMatchObject({
      nodes: [],
      services: [],
      commands: [],
      unseen: [{ from: -5_000, to: 60_000 }],
    });
  });
});
