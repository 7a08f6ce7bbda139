import { expect, test } from 'vitest';
import { judgeSkew } from '../../../engine/checks/version-skew.ts';
import { drill, node, witnessed } from './record-builder.ts';
import { from, to, upgradeRecord } from './upgrade-record.ts';

const nodes = [node(-4, { name: 'cp1' }), node(-4, { name: 'w1' })];
const judge = (events: Parameters<typeof upgradeRecord>[1], options: Parameters<typeof upgradeRecord>[2] = {}) =>
  judgeSkew(upgradeRecord(60, [...nodes, ...events], options), drill(60));
const upgradedAt = (at: number) => ({ server: (second: number) => (second < at ? from : to) });

test('a kubelet that follows the API server is never ahead of it', () => {
  expect(judge([node(30, { kubeletVersion: to })], upgradedAt(20))).toMatchObject({
    result: 'passed',
    found: 'cp1: no kubelet was ahead of the API server',
  });
});

test('a kubelet of a newer minor than the API server is seen, with the time it lasted', () => {
  const finding = judge([node(30, { kubeletVersion: to })], upgradedAt(40));
  expect(finding.result).toBe('failed');
  expect(finding.found).toBe(
    'the kubelet of w1 was at v1.35.4 while the API server of cp1 still was at v1.34.4, from 14:00:31 UTC (31 s into the drill) for 8.0 s',
  );
});

test('one that lasts to the end says so', () => {
  expect(judge([node(30, { kubeletVersion: to })]).found).toMatch(/from 14:00:31 UTC \(31 s into the drill\) on$/);
});

test('it stays seen when it was put right again', () => {
  expect(judge([node(30, { kubeletVersion: to }), node(32)]).result).toBe('failed');
});

test('a newer patch release of the same minor is no skew', () => {
  expect(judge([node(30, { kubeletVersion: 'v1.34.9' })]).result).toBe('passed');
});

test('while the API server is down nothing is ahead of it', () => {
  const server = (second: number) => (second < 20 ? from : second < 40 ? undefined : to);
  expect(judge([node(30, { kubeletVersion: to })], { server }).result).toBe('passed');
});

test('a skew that was there at the start counts only when it comes back', () => {
  const early = node(-3, { kubeletVersion: to });
  expect(judge([early]).result).toBe('passed');
  expect(judge([early, node(10), node(20, { kubeletVersion: to })]).result).toBe('failed');
});

test('one that begins after the last answer before the end is seen by the first answer after it', () => {
  const late = node(9.9, { kubeletVersion: to });
  const finding = judgeSkew(upgradeRecord(20, [...nodes, late]), drill(10));
  expect(finding).toMatchObject({ result: 'failed', found: expect.stringMatching(/from 14:00:10 UTC .* on$/) });
  const upgraded = { server: (second: number) => (second < 9 ? from : to) };
  expect(judgeSkew(upgradeRecord(20, [...nodes, late], upgraded), drill(10)).result).toBe('passed');
});

test('what happens after the end is not judged', () => {
  const after = node(10.2, { kubeletVersion: to });
  expect(judgeSkew(upgradeRecord(20, [...nodes, after]), drill(10)).result).toBe('passed');
  const setBack = { server: (second: number) => (second < 12 ? to : from) };
  const upgraded = node(5, { kubeletVersion: to });
  expect(judgeSkew(upgradeRecord(20, [...nodes, upgraded], setBack), drill(10)).result).toBe('passed');
});

test('where nobody looked it is errored, unless a skew was seen elsewhere', () => {
  const asked = (second: number) => second < 10 || second > 25;
  expect(judge([], { asked }).result).toBe('errored');
  expect(judge([node(40, { kubeletVersion: to })], { asked }).result).toBe('failed');
  expect(judgeSkew(witnessed(60, nodes), drill(60)).result).toBe('errored');
});
