import { expect, test } from 'vitest';
import { judgePodEnds } from '../../../engine/checks/pod-end-confirmed.ts';
import { act, drill, node, pod, watch, witnessed } from './record-builder.ts';

const spec = { namespace: 'shop' };
const silent = node(-2, { ready: 'Unknown' });
const there = pod(-2, { name: 'db-0' });
const gone = pod(10, { name: 'db-0', change: 'gone' });
const judge = (events: Parameters<typeof witnessed>[1]) => judgePodEnds(witnessed(30, events), drill(20), spec);

test('a pod that was removed by force while its node was silent is told with who did it', () => {
  const finding = judge([silent, there, act(10, { name: 'db-0' }), gone]);
  expect(finding.result).toBe('failed');
  expect(finding.found).toMatch(/^shop\/db-0 at .*, while w1 was not Ready, deleted by learner with kubectl$/);
});

test.each([
  ['passed', 'its node is Ready', [node(-2), there, act(10, { name: 'db-0' }), gone]],
  [
    'passed',
    'its kubelet says that it has ended',
    [silent, there, act(11, { name: 'db-0', user: 'system:node:w1' }), gone],
  ],
  [
    'failed',
    'the kubelet of another node says so',
    [silent, there, act(11, { name: 'db-0', user: 'system:node:w2' }), gone],
  ],
  [
    'failed',
    'its kubelet was refused',
    [silent, there, act(11, { name: 'db-0', user: 'system:node:w1', code: 404 }), gone],
  ],
  ['failed', 'its Node was deleted', [node(-2), node(9, { change: 'gone' }), there, gone]],
  ['passed', 'it had finished', [silent, there, pod(10, { name: 'db-0', change: 'gone', phase: 'Failed' })]],
  ['passed', 'it never had a node', [silent, pod(10, { name: 'db-0', change: 'gone', node: '' })]],
  ['passed', 'it is of another namespace', [silent, pod(10, { name: 'x', namespace: 'kube-system', change: 'gone' })]],
  ['passed', 'it only waits for its end', [silent, there, pod(10, { name: 'db-0', terminating: true })]],
  ['passed', 'it went before the drill', [silent, pod(-1, { name: 'db-0', change: 'gone' })]],
])('%s: %s', (result, _, events) => {
  expect(judge(events).result).toBe(result);
});

test('a gap in the record is nobody’s fault', () => {
  expect(judge([silent, there, watch(5, 'lost'), watch(12, 'listed')]).result).toBe('errored');
});
