import { expect, test } from 'vitest';
import { judgeUnchanged, unchangedCheck } from '../../../engine/checks/unchanged.ts';
import { drill, node, pdb, watch, witnessed } from './record-builder.ts';

const budget = { resource: 'pdb/shop/api-pdb', what: 'spec' } as const;
const worker = { resource: 'node/w1', what: 'identity' } as const;
const judge = (events: Parameters<typeof witnessed>[1], spec: Parameters<typeof judgeUnchanged>[2]) =>
  judgeUnchanged(witnessed(60, events), drill(60), spec);

test('an object that nobody touched passes', () => {
  expect(judge([pdb(-3)], budget).result).toBe('passed');
  expect(judge([node(-3)], worker).result).toBe('passed');
});

test('a change of its state is no change of the object', () => {
  expect(judge([node(-3), node(10, { unschedulable: true }), node(20, { ready: 'Unknown' })], worker).result).toBe(
    'passed',
  );
  expect(judge([pdb(-3), pdb(10, { disruptionsAllowed: 1 })], budget).result).toBe('passed');
});

test('a deletion counts although the object was made again, and is told with its time', () => {
  const events = [pdb(-3), pdb(10, { change: 'gone' }), pdb(12, { uid: 'another' })];
  const finding = judge(events, budget);
  expect(finding.result).toBe('failed');
  expect(finding.found).toBe('the PodDisruptionBudget shop/api-pdb was deleted at 14:00:10 UTC (10 s into the drill)');
});

test('a replacement that was only seen afterwards counts', () => {
  expect(judge([node(-3), node(10, { uid: 'another' })], worker).result).toBe('failed');
});

test('a budget that was relaxed and put back counts, with both specs', () => {
  const finding = judge([pdb(-3), pdb(10, { spec: '{"minAvailable":1}' }), pdb(20)], budget);
  expect(finding.result).toBe('failed');
  expect(finding.found).toContain('from {"minAvailable":2} to {"minAvailable":1}');
});

test('for the identity alone a changed spec does not matter', () => {
  const events = [pdb(-3), pdb(10, { spec: '{"minAvailable":1}' })];
  expect(judge(events, { ...budget, what: 'identity' }).result).toBe('passed');
});

test('what happened before the start is not judged', () => {
  expect(judge([pdb(-4, { uid: 'old' }), pdb(-3)], budget).result).toBe('passed');
});

test('a gap hides a change of spec, but not another identity', () => {
  const gap = (resource: 'nodes' | 'poddisruptionbudgets') => [
    watch(10, 'lost', resource),
    watch(20, 'listed', resource),
  ];
  expect(judge([pdb(-3), ...gap('poddisruptionbudgets')], budget).result).toBe('errored');
  expect(judge([node(-3), ...gap('nodes')], worker).result).toBe('passed');
  expect(judge([node(-3), watch(10, 'lost', 'nodes')], worker).result).toBe('errored');
});

test('an object that was not there at the start is errored: there is nothing to compare with', () => {
  expect(judge([node(10)], worker).result).toBe('errored');
});

test('the spec of a node is refused: the record does not keep it', () => {
  expect(unchangedCheck.schema.safeParse({ resource: 'node/w1', what: 'spec' }).success).toBe(false);
  expect(unchangedCheck.schema.safeParse({ resource: 'pdb/api-pdb', what: 'spec' }).success).toBe(false);
  expect(unchangedCheck.schema.safeParse({ resource: 'node/${WORKER_1}', what: 'identity' }).success).toBe(true);
});
