import { expect, test } from 'vitest';
import { judgeMembers } from '../../../engine/checks/etcd-members.ts';
import type { EtcdFacts } from '../../../engine/domain/timeline.ts';
import { facts, haRecord, member, wholeList } from './ha-record.ts';
import { drill } from './record-builder.ts';

const all = { members: ['cp1', 'cp2', 'cp3'] };
const judge = (answer: (second: number, node: string) => EtcdFacts | undefined, spec: object = all) =>
  judgeMembers(haRecord(60, answer), drill(60), { ...all, ...spec });

test('three started voters that answer are whole', () => {
  expect(judge((_second, node) => facts(node))).toMatchObject({
    result: 'passed',
    found: 'cp1 is cp10, cp2 is cp20 and cp3 is cp30',
  });
});

const renewedList = [member('cp1'), member('cp2'), member('cp3', { id: 'new' })];
test.each<[string, (node: string) => EtcdFacts | undefined, string]>([
  ['a ghost', (node) => (node === 'cp3' ? undefined : facts(node)), 'etcd on cp3 does not answer'],
  [
    'a member that was only removed',
    (node) => (node === 'cp3' ? undefined : facts(node, { members: wholeList.slice(0, 2) })),
    'etcd on cp3 does not answer and no member is named cp3',
  ],
  [
    'a member that was added and never started',
    (node) => (node === 'cp3' ? undefined : facts(node, { members: [member('cp1'), member('cp2'), member('')] })),
    'etcd on cp3 does not answer, no member is named cp3 and member 0 was added and has never started',
  ],
  [
    'a learner',
    (node) => facts(node, { members: [member('cp1'), member('cp2'), member('cp3', { learner: true })] }),
    'cp3 (cp30) is a learner and does not vote',
  ],
  [
    'a member without TLS',
    (node) => facts(node, { members: [member('cp1', { peerUrls: ['http://localhost:2380'] }), ...wholeList.slice(1)] }),
    'cp1 (cp10) is to be reached at http://localhost:2380, without TLS',
  ],
  [
    'a cluster of its own',
    (node) => facts(node, node === 'cp3' ? { clusterId: 'other' } : {}),
    'the members are of different clusters',
  ],
  [
    'the old member beside the new one',
    (node) => facts(node, { members: [...wholeList, member('cp3', { id: 'old' })] }),
    'cp3 is a member twice',
  ],
  [
    'no leader',
    (node) => (node === 'cp1' ? facts(node, { leader: '' }) : undefined),
    'cp1 answers, but there is no leader',
  ],
  ['nothing at all', () => undefined, 'no member of etcd answers'],
])('%s is seen', (_name, answer, found) => {
  expect(judge((_second, node) => answer(node))).toMatchObject({ result: 'failed', found });
});

test('one member that is left is the only one', () => {
  const one = (node: string) => (node === 'cp1' ? facts(node, { members: [member('cp1')] }) : undefined);
  expect(judge((_second, node) => one(node), { members: ['cp1'] }).result).toBe('passed');
  expect(judge((_second, node) => (node === 'cp1' ? facts(node) : undefined), { members: ['cp1'] })).toMatchObject({
    result: 'failed',
    found: 'cp2 (cp20) still is a member and cp3 (cp30) still is a member',
  });
  // A member of the old cluster that was switched on again.
  const both = (node: string) => (node === 'cp2' ? facts(node, { leader: '' }) : one(node));
  expect(judge((_second, node) => both(node), { members: ['cp1'] })).toMatchObject({
    result: 'failed',
    found: 'etcd answers on cp2, too',
  });
});

test('a member that had to be renewed must have another id', () => {
  const spec = { renewed: ['cp3'] };
  expect(judge((_second, node) => facts(node), spec)).toMatchObject({
    result: 'failed',
    found: 'cp3 was member cp30 at the start, and still is',
  });
  const renewed = (second: number, node: string) =>
    second < 30 ? facts(node) : facts(node, { members: renewedList, memberId: node === 'cp3' ? 'new' : `${node}0` });
  expect(judge(renewed, spec).result).toBe('passed');
});

test('what nobody asked counts against nobody', () => {
  const timeline = haRecord(60, undefined, { asked: (second) => second < 40 });
  expect(judgeMembers(timeline, drill(60), all).result).toBe('errored');
  const late = haRecord(60, undefined, { asked: (second) => second > 10 });
  expect(judgeMembers(late, drill(60), { ...all, renewed: ['cp3'] }).result).toBe('errored');
});
