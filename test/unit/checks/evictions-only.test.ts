import { expect, test } from 'vitest';
import { judgeEvictionsOnly } from '../../../engine/checks/evictions-only.ts';
import { act, drill, pod, witnessed } from './record-builder.ts';

const judge = (events: Parameters<typeof witnessed>[1], spec = {}) =>
  judgeEvictionsOnly(witnessed(60, events), drill(60), spec);

test('an eviction is no deletion', () => {
  expect(judge([act(10, { verb: 'create', subresource: 'eviction', code: 201 })]).result).toBe('passed');
});

test('a deletion by the learner is told with who, what and when', () => {
  const finding = judge([act(10)]);
  expect(finding.result).toBe('failed');
  expect(finding.found).toBe('shop/web-1 deleted by learner with kubectl at 14:00:10 UTC (10 s into the drill)');
});

test('each deletion is listed: drain --disable-eviction deletes one pod after the other', () => {
  const finding = judge([act(10), act(11, { name: 'web-2' }), act(12, { name: 'web-3' })]);
  expect(finding.found.match(/deleted by/g)).toHaveLength(3);
});

test('a whole collection counts and no exception excuses it', () => {
  const finding = judge([act(10, { verb: 'deletecollection', name: '' })], { except: ['legacy-batch', ''] });
  expect(finding.result).toBe('failed');
  expect(finding.found).toContain('all pods of shop');
});

test('a deletion that the server refused removed nothing', () => {
  for (const code of [403, 404, 409, 500]) expect(judge([act(10, { code })]).result).toBe('passed');
  expect(judge([act(10, { code: 202 })]).result).toBe('failed');
});

test('a controller that replaces pods is not the learner', () => {
  const controller = {
    user: 'system:serviceaccount:kube-system:replicaset-controller',
    userAgent: 'kube-controller-manager/v1.34.4',
  };
  expect(judge([act(10, controller)]).result).toBe('passed');
});

test("a deletion with a node's credential by kubectl is the learner's", () => {
  expect(judge([act(10, { user: 'system:node:w1' })]).result).toBe('failed');
});

test('what was done before the start or after the end is not judged', () => {
  expect(judge([act(-1)]).result).toBe('passed');
  expect(judgeEvictionsOnly(witnessed(60, [act(50)]), drill(40), {}).result).toBe('passed');
});

test('other namespaces and named exceptions are left alone', () => {
  expect(judge([act(10, { namespace: 'kube-system' })], { namespace: 'shop' }).result).toBe('passed');
  expect(judge([act(10, { name: 'legacy-batch' })], { except: ['legacy-batch'] }).result).toBe('passed');
  expect(judge([act(10, { namespace: 'shop' })], { namespace: 'shop', except: ['legacy-batch'] }).result).toBe(
    'failed',
  );
});

test('a collection over all namespaces counts for each of them', () => {
  const everywhere = act(10, { verb: 'deletecollection', namespace: '', name: '' });
  expect(judge([everywhere], { namespace: 'shop' }).result).toBe('failed');
});

test('other resources and subresources are not pods', () => {
  expect(judge([act(10, { resource: 'nodes', name: 'w1' })]).result).toBe('passed');
  expect(judge([act(10, { subresource: 'status' })]).result).toBe('passed');
});

test("the learner's own bare pod may go again", () => {
  const own = { name: 'web-1', owner: '' };
  expect(judge([pod(5, own), act(10)]).result).toBe('passed');
});

test('a bare pod that was there before is not their own', () => {
  expect(judge([pod(-2, { owner: '' }), act(10)]).result).toBe('failed');
});

test('a bare pod of the same name that was put in the place of the old one does not excuse the deletion', () => {
  const before = pod(-2, { owner: '', uid: 'old' });
  const after = pod(12, { owner: '', uid: 'new' });
  expect(judge([before, act(10), after]).result).toBe('failed');
});

test("a controller's pod that came up during the drill counts", () => {
  expect(judge([pod(5), act(10)]).result).toBe('failed');
});

test('a finished pod may be cleaned away', () => {
  expect(judge([pod(-2, { phase: 'Succeeded', ready: false }), act(10)]).result).toBe('passed');
});

test('a cut in the audit trail is errored, not failed', () => {
  const timeline = witnessed(60, [], { echoed: (second) => second < 10 || second > 20 });
  const finding = judgeEvictionsOnly(timeline, drill(60), {});
  expect(finding.result).toBe('errored');
  expect(finding.found).toContain("the API server's audit trail was cut from 14:00:09 UTC");
});

test('a deletion that was seen counts even beside a cut', () => {
  const timeline = witnessed(60, [act(40)], { echoed: (second) => second < 10 || second > 20 });
  expect(judgeEvictionsOnly(timeline, drill(60), {}).result).toBe('failed');
});
