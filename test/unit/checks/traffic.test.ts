import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeTraffic } from '../../../engine/checks/traffic.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { drill, node, traffic, witnessed } from './record-builder.ts';

const spec = { service: 'shop/web', availability: '99%', longestGap: '2s' };
const every = (ok: (second: number) => number, through = 'cp1', until = 60): TimelineEvent[] =>
  Array.from({ length: until + 4 }, (_, index) => traffic(index - 3, ok(index - 3), { node: through }));
const judge = (events: readonly TimelineEvent[], wanted: Parameters<typeof judgeTraffic>[2] = spec) =>
  judgeTraffic(witnessed(60, events), drill(60), wanted);

test('a service that always answers passes, and the count is told', () => {
  expect(judge(every(() => 5))).toMatchObject({ result: 'passed', found: '300 of 300 requests answered (100.00 %)' });
});

test('losses up to the allowed share pass, one more does not', () => {
  expect(judge(every((second) => (second % 20 === 0 ? 4 : 5))).result).toBe('passed');
  const finding = judge(every((second) => (second % 15 === 0 ? 4 : 5)));
  expect(finding.result).toBe('failed');
  expect(finding.found).toMatch(/^296 of 300 requests answered \(98\.66 %\).*connection refused$/);
});

test('what was lost before the start is not counted', () => {
  expect(judge(every((second) => (second < 0 ? 0 : 5))).result).toBe('passed');
});

test('silence longer than allowed fails however well the rest went', () => {
  const lenient = { ...spec, availability: '50%' };
  expect(
    judge(
      every((second) => (second >= 20 && second < 22 ? 0 : 5)),
      lenient,
    ).result,
  ).toBe('passed');
  const finding = judge(
    every((second) => (second >= 20 && second < 23 ? 0 : 5)),
    lenient,
  );
  expect(finding).toMatchObject({ result: 'failed' });
  expect(finding.found).toMatch(/^no request was answered for 3\.0 s from 14:00:20 UTC/);
});

test('silence that goes on at the end counts', () => {
  expect(
    judge(
      every((second) => (second > 50 ? 0 : 5)),
      { ...spec, availability: '1%' },
    ).result,
  ).toBe('failed');
});

test('an answer through any node ends the silence', () => {
  const oneSilent = [...every(() => 5, 'cp1'), ...every((second) => (second >= 20 && second < 30 ? 0 : 5), 'w2')];
  expect(judge(oneSilent, { ...spec, availability: '50%' }).result).toBe('passed');
});

test('the port of a node that is not Ready does not count against the service, that of a Ready one does', () => {
  const lines = [...every(() => 5, 'cp1'), ...every(() => 0, 'w1')];
  expect(judge([node(-4, { name: 'cp1' }), node(-4, { ready: 'Unknown' }), ...lines]).result).toBe('passed');
  expect(judge([node(-4, { name: 'cp1' }), node(-4, { change: 'gone' }), ...lines]).result).toBe('passed');
  expect(judge([node(-4, { name: 'cp1' }), node(-4), ...lines]).result).toBe('failed');
});

test('with no Ready node at all every port counts', () => {
  const none = [node(-4, { name: 'cp1', ready: 'Unknown' }), node(-4, { ready: 'Unknown' })];
  expect(judge([...none, ...every(() => 0, 'cp1')]).result).toBe('failed');
});

test('a time in which nobody sent requests is errored', () => {
  const hole = every(() => 5).filter((_, index) => index < 20 || index > 30);
  const finding = judge(hole);
  expect(finding.result).toBe('errored');
  expect(finding.found).toContain('no requests were sent to shop/web');
});

test('a service that nobody looked at is errored, never passed', () => {
  expect(judge([]).result).toBe('errored');
  expect(
    judge(
      every(() => 5),
      { ...spec, service: 'shop/other' },
    ).result,
  ).toBe('errored');
  expect(judgeTraffic(witnessed(1), drill(1), spec).result).toBe('errored');
});

test('seconds in which nothing was sent are no samples', () => {
  const idle = Array.from({ length: 60 }, (_, second) => traffic(second, 0, { sent: 0 }));
  expect(judge(idle).result).toBe('errored');
});

test('more failures never turn a verdict for the better', () => {
  const oks = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 60, maxLength: 60 });
  const rank = { passed: 1, failed: 0, errored: -1 };
  fc.assert(
    fc.property(oks, fc.integer({ min: 1, max: 59 }), (counts, worse) => {
      const lines = (of: readonly number[]) => every((second) => of[second] ?? 5);
      const spoiled = counts.map((ok, second) => (second === worse ? 0 : ok));
      expect(rank[judge(lines(spoiled)).result]).toBeLessThanOrEqual(rank[judge(lines(counts)).result]);
    }),
    { numRuns: 40 },
  );
});
