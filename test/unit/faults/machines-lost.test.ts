import { expect, test } from 'vitest';
import type { EtcdFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { etcdMemberLostFault } from '../../../engine/faults/etcd-member-lost.ts';
import type { FaultContext } from '../../../engine/faults/fault.ts';
import { nodeLostFault } from '../../../engine/faults/node-lost.ts';
import { quorumLostFault } from '../../../engine/faults/quorum-lost.ts';
import { FakeKube, FakeMachine, faultContextOf, kubeNode } from '../checks/fake-context.ts';
import { facts, haRecord } from '../checks/ha-record.ts';
import { at } from '../checks/record-builder.ts';

const off = new FakeMachine('cp3', { running: false });
const empty = (left = '') => new FakeMachine('cp3', { stdout: left });
const kube = (ready: string) => new FakeKube({ 'Node/cp3': kubeNode(ready) });
const lists = (events: readonly TimelineEvent[]) => ({ timeline: () => Promise.resolve(events) });
const withEtcd = (
  machine: FakeMachine,
  ready: string,
  answer: (node: string) => EtcdFacts | undefined,
): FaultContext => ({
  ...faultContextOf(kube(ready), machine),
  ...lists(haRecord(20, (_second, node) => answer(node))),
});

test('each machine is switched off, or stands still', async () => {
  const machines = new Map(['cp2', 'cp3'].map((name) => [name, new FakeMachine(name)]));
  const context = { ...faultContextOf(kube('True')), machine: (name: string) => machines.get(name) ?? off };
  await quorumLostFault.apply(context, { node: ['cp2', 'cp3'] });
  await nodeLostFault.apply(context, { node: ['cp3'], how: 'frozen' });
  await etcdMemberLostFault.apply(context, { node: 'cp3' });
  expect(machines.get('cp2')?.powered).toEqual(['off']);
  expect(machines.get('cp3')?.powered).toEqual(['off', 'freeze', 'replace']);
});

test('a machine that is off is proven by its state, and by the node where that is asked', async () => {
  const prove = (machine: FakeMachine, ready: string, nodeNotReady = false) =>
    nodeLostFault.prove(faultContextOf(kube(ready), machine), { node: ['cp3'], how: 'off', nodeNotReady });
  expect(await prove(off, 'True')).toEqual({ holds: true, seen: 'cp3 is switched off' });
  expect((await prove(new FakeMachine('cp3'), 'Unknown')).holds).toBe(false);
  expect((await prove(off, 'True', true)).holds).toBe(false);
  expect((await prove(off, 'Unknown', true)).holds).toBe(true);
});

test('a machine that hangs is proven by its silence', async () => {
  const events: TimelineEvent[] = [
    { at: at(0), kind: 'machine-alive', node: 'cp3' },
    { at: at(20), kind: 'tick' },
  ];
  const prove = (record: readonly TimelineEvent[], machine = new FakeMachine('cp3')) =>
    nodeLostFault.prove(
      { ...faultContextOf(kube('True'), machine), ...lists(record) },
      { node: ['cp3'], how: 'frozen' },
    );
  expect(await prove(events)).toEqual({ holds: true, seen: 'cp3 is switched on and has not reported for 20 s' });
  expect((await prove(events, off)).holds).toBe(false);
  expect((await prove([...events, { at: at(19), kind: 'machine-alive', node: 'cp3' }])).holds).toBe(false);
  expect((await prove([])).holds).toBe(false);
});

test('the quorum is lost when what is left of etcd has no leader and the API does not answer', async () => {
  const prove = (leader: string, ready: boolean) => {
    const context = withEtcd(off, 'True', (node) => (node === 'cp1' ? facts(node, { leader }) : undefined));
    return quorumLostFault.prove(
      { ...context, kube: Object.assign(kube('True'), { isReady: () => Promise.resolve(ready) }) },
      { node: ['cp2', 'cp3'] },
    );
  };
  expect(await prove('', false)).toEqual({
    holds: true,
    seen: 'cp2 is switched off; cp3 is switched off; etcd on cp1 has no leader, and the API does not answer',
  });
  expect((await prove('', true)).holds).toBe(false);
  expect((await prove('cp10', false)).holds).toBe(false);
});

test('a member is lost when its machine is empty and the others still count on it', async () => {
  const ghost = (node: string) => (node === 'cp3' ? undefined : facts(node));
  const prove = (context: FaultContext) => etcdMemberLostFault.prove(context, { node: 'cp3' });
  expect(await prove(withEtcd(empty(), 'Unknown', ghost))).toEqual({
    holds: true,
    seen: 'cp3 is empty; etcd on cp1, cp2 lists cp3, where nothing answers; node cp3 has Ready=Unknown',
  });
  expect((await prove(withEtcd(empty('/etc/kubernetes/kubelet.conf\n'), 'Unknown', ghost))).holds).toBe(false);
  expect((await prove(withEtcd(empty(), 'True', ghost))).holds).toBe(false);
  expect((await prove(withEtcd(empty(), 'Unknown', (node) => facts(node)))).holds).toBe(false);
  const noLeader = (node: string) => (node === 'cp3' ? undefined : facts(node, { leader: '' }));
  expect((await prove(withEtcd(empty(), 'Unknown', noLeader))).holds).toBe(false);
});
