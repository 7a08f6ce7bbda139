import { expect, test } from 'vitest';
import { judgeGoesOn } from '../../../engine/checks/etcd-goes-on.ts';
import { drill, start } from './record-builder.ts';
import { etcdRecord } from './restore-record.ts';

const run = (from: number, to: number, revision: number) => ({ from, to, revision, raftIndex: 1, data: '1:7' });
const judge = (runs: readonly ReturnType<typeof run>[], until = 60) =>
  judgeGoesOn(etcdRecord(runs), drill(until), 'cp1');

test('a member that goes on passes, also when it was started anew with the last entries still to be done again', () => {
  expect(judge([run(-5, 29, 1000), run(30, 60, 1335)])).toMatchObject({
    result: 'passed',
    found: 'it went on up to revision 1635',
  });
});

test('older data are seen, also when the right ones came back', () => {
  const finding = judge([run(-5, 20, 1000), run(21, 22, 1100), run(23, 60, 1300)]);
  expect(finding.result).toBe('failed');
  expect(finding.found).toMatch(/14:00:21 UTC \(21 s into the drill\).* revision 1100, after it had been at 1250/);
});

test('what was before the drill does not count', () => {
  expect(judge([run(-50, -20, 9000), run(-5, 60, 1000)]).result).toBe('passed');
});

test('a time in which nobody asked makes it errored, unless older data were seen anyway', () => {
  expect(judge([run(-5, 20, 1000), run(40, 60, 1300)]).result).toBe('errored');
  expect(judge([run(-5, 20, 1000), run(40, 60, 900)]).result).toBe('failed');
});

test('a member that only does not answer is judged by what it answers', () => {
  const silent = Array.from({ length: 10 }, (_, index) => ({
    at: start + (21 + index) * 1000,
    kind: 'etcd' as const,
    node: 'cp1',
  }));
  const record = [...etcdRecord([run(-5, 20, 1000), run(31, 60, 1300)]), ...silent].toSorted((a, b) => a.at - b.at);
  expect(judgeGoesOn(record, drill(60), 'cp1').result).toBe('passed');
  expect(judgeGoesOn(silent, { since: silent[0]?.at ?? 0, until: silent[9]?.at ?? 0 }, 'cp1').result).toBe('errored');
});
