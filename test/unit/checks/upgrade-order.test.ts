import { describe, expect, test } from 'vitest';
import { kubeletReplacements } from '../../../engine/checks/kubelet-replacement.ts';
import { judgeOrder, upgradeOrderCheck } from '../../../engine/checks/upgrade-order.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { at, drill, node, pod, watch } from './record-builder.ts';
import { from, kubeadmUpgrade, machine, to, upgradeRecord } from './upgrade-record.ts';

type Options = Parameters<typeof upgradeRecord>[2];
type Spec = Parameters<typeof judgeOrder>[2];

const nodes = ['cp1', 'w1', 'w2'].map((name) => node(-4, { name }));
const judge = (spec: Spec, events: readonly TimelineEvent[], options: Options = {}) =>
  judgeOrder(upgradeRecord(120, [...nodes, ...events], options), drill(120), spec);

describe('a replacement of the kubelet', () => {
  const replacements = (events: readonly TimelineEvent[]) =>
    kubeletReplacements(upgradeRecord(120, events), drill(120));

  test('is the first process from the new program, not the installation', () => {
    expect(replacements([machine(10, 'w1', to, -200)])).toEqual([]);
    expect(replacements([machine(10, 'w1', to, -200), machine(20, 'w1', to, 18)])).toEqual([
      { node: 'w1', at: at(18), from, to },
    ]);
  });

  test('is seen when the new kubelet only crashes', () => {
    expect(replacements([machine(10, 'w1', to, 'stopped'), machine(12, 'w1', to, 'crashing')])).toEqual([
      { node: 'w1', at: at(12), from, to },
    ]);
  });

  test('happens once, and neither a restart nor the way back is one', () => {
    expect(
      replacements([machine(10, 'w1', from, 9), machine(20, 'w1', to, 19), machine(30, 'w1', to, 29)]),
    ).toHaveLength(1);
    expect(replacements([machine(-3, 'w1', to, -4), machine(20, 'w1', from, 19)])).toEqual([]);
  });
});

describe('control plane first', () => {
  const spec = { controlPlaneFirst: true } as const;
  const worker = machine(40, 'w1', to, 39);

  test('a worker that follows is in order, and so is the kubelet of the control plane itself', () => {
    expect(judge(spec, [worker], { server: (second) => (second < 30 ? from : to) }).result).toBe('passed');
    expect(judge(spec, [machine(40, 'cp1', to, 39)]).result).toBe('passed');
  });

  test('a worker that comes first is not', () => {
    const finding = judge(spec, [worker], { server: (second) => (second < 60 ? from : to) });
    expect(finding.result).toBe('failed');
    expect(finding.found).toBe(
      'the kubelet of w1 was started as v1.35.4 at 14:00:39 UTC (39 s into the drill), when the API server of cp1 was at v1.34.4',
    );
  });

  test('during an outage the answer after it counts', () => {
    const outage = (after: string) => (second: number) => (second < 30 ? from : second < 50 ? undefined : after);
    expect(judge(spec, [worker], { server: outage(to) }).result).toBe('passed');
    expect(judge(spec, [worker], { server: outage(from) }).result).toBe('failed');
  });

  test('a node that did not report leaves it open', () => {
    expect(judge(spec, [], { heard: (second) => second < 30 || second > 60 }).result).toBe('errored');
  });
});

describe('kubeadm first', () => {
  const spec = { kubeadmFirst: true } as const;
  const replaced = machine(40, 'w1', to, 39);

  test('kubeadm of the new release ran on that node before', () => {
    expect(judge(spec, [kubeadmUpgrade(30, 'w1'), replaced]).result).toBe('passed');
  });

  test.each([
    ['never', [], 'never ran on that node'],
    ['on another node', [kubeadmUpgrade(30, 'cp1')], 'never ran on that node'],
    ['of the old release', [kubeadmUpgrade(30, 'w1', from)], 'never ran on that node'],
    ['afterwards', [kubeadmUpgrade(50, 'w1')], 'ran there only at 14:00:50'],
  ])('it ran %s', (_, events, words) => {
    const finding = judge(spec, [...events, replaced]);
    expect(finding.result).toBe('failed');
    expect(finding.found).toContain(words);
  });

  test('a run that the audit trail may have lost is not held against anyone', () => {
    const echoed = (second: number) => second < 20 || second > 35;
    expect(judge(spec, [replaced], { echoed }).result).toBe('errored');
  });
});

describe('drained', () => {
  const spec = { drained: true } as const;
  const replaced = machine(40, 'w1', to, 39);
  const mayStay = [pod(-4, { name: 'agent-1', owner: 'DaemonSet' }), pod(-4, { name: 'static', owner: 'Mirror' })];
  const cordon = node(20, { unschedulable: true });

  test('a cordoned node with nothing left but what may stay', () => {
    const gone = [pod(-4), pod(30, { change: 'gone' })];
    expect(judge(spec, [...mayStay, ...gone, cordon, replaced]).result).toBe('passed');
  });

  test('pods that are on it at that moment are named', () => {
    const finding = judge(spec, [...mayStay, pod(-4), cordon, replaced, pod(41, { change: 'gone' })]);
    expect(finding.result).toBe('failed');
    expect(finding.found).toContain('these pods were on it: shop/web-1');
  });

  test('empty without a cordon is not drained', () => {
    expect(judge(spec, [...mayStay, replaced]).found).toContain('empty but not cordoned');
  });

  test('what could not be watched at that moment is errored, elsewhere it does not matter', () => {
    const blind = (second: number) => [watch(second, 'lost'), watch(second + 10, 'listed')];
    expect(judge(spec, [...mayStay, cordon, ...blind(35), replaced]).result).toBe('errored');
    expect(judge(spec, [...mayStay, cordon, ...blind(60), replaced]).result).toBe('passed');
  });
});

describe('one at a time', () => {
  const spec = { oneAtATime: true } as const;
  const out = (second: number, name: string) => node(second, { name, unschedulable: true });
  const back = (second: number, name: string) => node(second, { name });

  test('one after the other', () => {
    expect(judge(spec, [out(10, 'w1'), back(20, 'w1'), out(20.5, 'w2'), back(40, 'w2')]).result).toBe('passed');
  });

  test('two together, cordoned or not Ready', () => {
    const finding = judge(spec, [out(10, 'w1'), out(30, 'w2'), back(45, 'w1')]);
    expect(finding.result).toBe('failed');
    expect(finding.found).toBe(
      'w1 and w2 were out of service together from 14:00:30 UTC (30 s into the drill) for 15 s',
    );
    expect(judge(spec, [out(10, 'w1'), node(30, { name: 'w2', ready: 'False' })]).result).toBe('failed');
    expect(judge(spec, [out(10, 'w1'), node(30, { name: 'w2', change: 'gone' })]).result).toBe('failed');
  });

  test('a node that was out at the start counts when it was back once', () => {
    const dead = node(-3, { name: 'w1', ready: 'Unknown' });
    expect(judge(spec, [dead, out(30, 'w2')]).result).toBe('passed');
    expect(judge(spec, [dead, back(10, 'w1'), out(20, 'w1'), out(30, 'w2')]).result).toBe('failed');
  });

  test('heartbeats that are missing because the API server was down are nobody’s fault', () => {
    const server = (second: number) => (second > 20 && second < 50 ? undefined : from);
    const silent = [node(55, { name: 'w2', ready: 'Unknown' }), node(62, { name: 'w2' })];
    expect(judge(spec, [out(10, 'cp1'), ...silent], { server }).result).toBe('passed');
    expect(judge(spec, [out(10, 'cp1'), out(55, 'w2')], { server }).result).toBe('failed');
  });
});

test('each rule that is broken is told of, and no rule is no check', () => {
  const finding = judge({ controlPlaneFirst: true, kubeadmFirst: true }, [machine(40, 'w1', to, 39)]);
  expect(finding.found).toContain('was at v1.34.4; the kubelet of w1');
  expect(upgradeOrderCheck.schema.safeParse({}).success).toBe(false);
});

test('nothing replaced breaks no rule', () => {
  expect(judge({ controlPlaneFirst: true, kubeadmFirst: true, drained: true, oneAtATime: true }, []).result).toBe(
    'passed',
  );
});
