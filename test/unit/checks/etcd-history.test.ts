import { expect, test } from 'vitest';
import { etcdRuns, lastChange } from '../../../engine/checks/etcd-history.ts';
import { at } from './record-builder.ts';
import { etcdRecord, original, restored } from './restore-record.ts';

const histories = (...runs: Parameters<typeof etcdRecord>[0]) =>
  etcdRuns(etcdRecord(runs), 'cp1').map(({ history }) => history);

test('a restart goes on with the history, a restore begins another one', () => {
  const again = { from: 15, to: 25, raftIndex: 2100, revision: 2000, data: '1:7' };
  expect(histories(original, again, restored)).toEqual([0, 0, 1]);
  // For a moment after its start a member may not know its last entries to be committed.
  expect(histories(original, { ...again, raftIndex: 2090 })).toEqual([0, 0]);
});

test('who goes back to the old data goes on with the old history', () => {
  const back = { from: 70, to: 80, raftIndex: 2101, revision: 2001, data: '1:7' };
  expect(histories(original, restored, back)).toEqual([0, 1, 0]);
  expect(lastChange(etcdRuns(etcdRecord([original, restored, back]), 'cp1'))).toMatchObject({
    before: { at: at(60) },
    after: { at: at(70) },
  });
});

test('new data in a directory that got the number of the old one are known by their log', () => {
  expect(histories(original, { ...restored, data: '1:7' })).toEqual([0, 1]);
  expect(histories(original, { ...restored, unreported: true })).toEqual([0, 1]);
});

test('without a change there is none', () => {
  expect(lastChange(etcdRuns(etcdRecord([original]), 'cp1'))).toBeUndefined();
  expect(etcdRuns([], 'cp1')).toEqual([]);
});
