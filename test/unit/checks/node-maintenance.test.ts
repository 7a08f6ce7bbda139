import { expect, test } from 'vitest';
import { judgeMaintenance } from '../../../engine/checks/node-maintenance.ts';
import { at, drill, node, pod, watch, witnessed } from './record-builder.ts';

const emptied = { node: 'w1', phase: 'emptied' } as const;
const returned = { node: 'w1', phase: 'returned', notBefore: 'done' } as const;
const before = [
  node(-4),
  pod(-4),
  pod(-4, { name: 'agent-1', owner: 'DaemonSet' }),
  pod(-4, { name: 'proxy-w1', owner: 'Mirror' }),
  pod(-4, { name: 'job-1', phase: 'Succeeded', owner: 'Job' }),
  pod(-4, { name: 'web-2', node: 'w2' }),
];
const cordon = node(10, { unschedulable: true });
const leave = [pod(12, { terminating: true }), pod(18, { terminating: true, change: 'gone' })];
const uncordon = node(40);
const judge = (
  events: Parameters<typeof witnessed>[1],
  spec: Parameters<typeof judgeMaintenance>[2],
  doneAt: number | undefined = at(0),
) => judgeMaintenance(witnessed(60, [...before, ...(events ?? [])]), drill(60), spec, doneAt);

test('a node is emptied when the last pod is gone, not when it is terminating', () => {
  const finding = judge([cordon, ...leave], emptied);
  expect(finding).toMatchObject({
    result: 'passed',
    found: 'cordoned and empty at 14:00:18 UTC (18 s into the drill)',
  });
  expect(judge([cordon, pod(12, { terminating: true })], emptied).result).toBe('failed');
});

test('it stays emptied when it is back in service at the end', () => {
  expect(judge([cordon, ...leave, uncordon, pod(45)], emptied).result).toBe('passed');
});

test('a cordon alone does not empty it, and the pods that are left are named', () => {
  const finding = judge([cordon], emptied);
  expect(finding.result).toBe('failed');
  expect(finding.found).toBe('node w1 is cordoned with Ready=True, pods on it: shop/web-1');
  expect(finding.meaning).toContain('stops at its first error');
});

test('an empty node that is not cordoned is not out of service', () => {
  expect(judge([...leave], emptied).result).toBe('failed');
});

test('a deleted node was not taken out of service', () => {
  const finding = judge([node(10, { change: 'gone' }), ...leave], emptied);
  expect(finding).toMatchObject({ result: 'failed', found: 'there is no node w1 in the cluster any more' });
});

test('a gap in which it may have been empty is errored, but not if it was seen empty otherwise', () => {
  const gap = [watch(25, 'lost'), watch(35, 'listed')];
  expect(judge([cordon, ...gap], emptied).result).toBe('errored');
  expect(judge([cordon, ...leave, ...gap], emptied).result).toBe('passed');
});

test('a list in the making does not make it empty', () => {
  const relist = [pod(30, { change: 'gone' }), pod(31, { uid: 'another' })];
  expect(judge([cordon, watch(20, 'lost'), ...relist, watch(32, 'listed')], emptied).result).toBe('errored');
});

test('a node is returned when it is uncordoned after what had to be waited for', () => {
  const finding = judge([cordon, ...leave, uncordon], returned, at(30));
  expect(finding).toMatchObject({ result: 'passed', found: 'back in service at 14:00:40 UTC (40 s into the drill)' });
});

test('a forgotten uncordon fails', () => {
  const finding = judge([cordon, ...leave], returned, at(30));
  expect(finding.result).toBe('failed');
  expect(finding.meaning).toContain('never uncordoned');
});

test('returned too early fails, and can be made good', () => {
  const early = [cordon, ...leave, node(20)];
  expect(judge(early, returned, at(30)).result).toBe('failed');
  expect(judgeMaintenance(witnessed(60, [...before, ...early]), drill(60), returned, undefined)).toMatchObject({
    result: 'failed',
    found: expect.stringContaining('has not happened yet') as string,
  });
  expect(judge([...early, node(35, { unschedulable: true }), uncordon], returned, at(30)).result).toBe('passed');
});

test('a node that was never emptied cannot return', () => {
  expect(judge([cordon, uncordon], returned, at(0)).result).toBe('failed');
});

test('returned means Ready, too', () => {
  expect(judge([cordon, ...leave, uncordon, node(50, { ready: 'Unknown' })], returned, at(30)).result).toBe('failed');
});

test('a node that was deleted and joined anew was not uncordoned', () => {
  const rebuilt = [node(20, { change: 'gone', unschedulable: true }), node(40, { uid: 'another' })];
  expect(judge([cordon, ...leave, ...rebuilt], returned, at(30)).result).toBe('failed');
});
