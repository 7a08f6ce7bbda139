import { expect, test } from 'vitest';
import { judgeQuorum } from '../../../engine/checks/etcd-quorum.ts';
import type { EtcdFacts } from '../../../engine/domain/timeline.ts';
import { facts, haRecord, member, wholeList } from './ha-record.ts';
import { drill } from './record-builder.ts';

const spec = { members: ['cp1', 'cp2', 'cp3'], longestGap: '5s' };
const judge = (answer: (second: number, node: string) => EtcdFacts | undefined) =>
  judgeQuorum(haRecord(60, answer), drill(60), spec);

test('one member at a time may be away, also one that was lost before the drill', () => {
  const oneByOne = (second: number, node: string) => {
    const away = second < 20 ? 'cp3' : second > 30 ? 'cp2' : '';
    return node === away ? undefined : facts(node);
  };
  expect(judge(oneByOne)).toMatchObject({ result: 'passed' });
});

test('the choice of a new leader takes a moment', () => {
  const election = (second: number, node: string) => facts(node, second >= 20 && second < 23 ? { leader: '' } : {});
  expect(judge(election).result).toBe('passed');
});

test('two members away at the same time are too many', () => {
  const overlap = (second: number, node: string) => {
    const cp2Away = second >= 10 && second < 30;
    const cp3Away = second >= 20 && second < 40;
    if ((node === 'cp2' && cp2Away) || (node === 'cp3' && cp3Away)) return undefined;
    return facts(node, cp2Away && cp3Away ? { leader: '' } : {});
  };
  expect(judge(overlap)).toMatchObject({
    result: 'failed',
    found: 'none of them answered with a leader, of 3 voters, for 10 s from 14:00:20 UTC (20 s into the drill)',
  });
});

test('a dead member counts as long as it is in the list', () => {
  const two = [member('cp1'), member('cp2')];
  const four = [...wholeList, member('', { id: 'added' })];
  const alive = (list: EtcdFacts['members']) => (second: number, node: string) =>
    node === 'cp3' ? undefined : facts(node, second < 20 ? {} : { members: list, raftIndex: 2000 });
  expect(judge(alive(two)).result).toBe('passed');
  expect(judge(alive(four))).toMatchObject({
    result: 'failed',
    found: 'only cp1 and cp2 answered with a leader, of 4 voters, for 40 s from 14:00:20 UTC (20 s into the drill)',
  });
  const learner = [...wholeList, member('', { id: 'added', learner: true })];
  expect(judge(alive(learner)).result).toBe('passed');
});

test('a member that nobody asked is not known to have been well', () => {
  const timeline = haRecord(60, undefined, { asked: (second, node) => node !== 'cp2' || second < 20 || second > 40 });
  expect(judgeQuorum(timeline, drill(60), spec)).toMatchObject({ result: 'errored' });
});
