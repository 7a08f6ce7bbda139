import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBreaches, judgeFloor } from '../../../engine/checks/pod-floor.ts';
import { drill, node, pod, watch, witnessed } from './record-builder.ts';

const spec = { namespace: 'shop', selector: { app: 'api' }, min: 2 };
const api = (second: number, name: string, facts = {}) => pod(second, { name, labels: { app: 'api' }, ...facts });
const two = [api(-3, 'api-1'), api(-3, 'api-2')];
const judge = (events: Parameters<typeof witnessed>[1]) => judgeFloor(witnessed(60, events), drill(60), spec);

test('an eviction after scaling up keeps the floor', () => {
  const finding = judge([
    ...two,
    api(10, 'api-3', { ready: false }),
    api(12, 'api-3'),
    api(15, 'api-1', { terminating: true }),
    api(16, 'api-4', { ready: false }),
    api(18, 'api-4'),
    api(21, 'api-1', { change: 'gone' }),
  ]);
  expect(finding).toMatchObject({ result: 'passed', found: 'never fewer than 2 Ready' });
});

test('a pod is lost from the moment it is terminating, not when it is gone', () => {
  const finding = judge([
    ...two,
    api(10, 'api-1', { terminating: true }),
    api(11, 'api-3', { ready: false }),
    api(14, 'api-3'),
    api(16, 'api-1', { terminating: true, change: 'gone' }),
  ]);
  expect(finding.result).toBe('failed');
  expect(finding.found).toBe('1 Ready at 14:00:10 UTC (10 s into the drill), below the floor for 4.0 s');
});

test('a pod that is not Ready, of another namespace or another app does not count', () => {
  const lost = api(10, 'api-1', { terminating: true });
  expect(judge([...two, api(5, 'api-3', { ready: false }), lost]).result).toBe('failed');
  expect(judge([...two, api(5, 'api-3', { namespace: 'other' }), lost]).result).toBe('failed');
  expect(judge([...two, api(5, 'api-3', { labels: { app: 'web' } }), lost]).result).toBe('failed');
});

test('the lowest count and the number of breaches are told', () => {
  const finding = judge([
    ...two,
    api(10, 'api-1', { ready: false }),
    api(12, 'api-1'),
    api(20, 'api-1', { ready: false }),
    api(21, 'api-2', { ready: false }),
    api(25, 'api-1'),
    api(30, 'api-2'),
  ]);
  expect(finding.found).toBe(
    '0 Ready at 14:00:21 UTC (21 s into the drill), below the floor for 10 s, and 2 times (12 s) in all',
  );
});

test('what the fault took away before the start is not held against anyone', () => {
  const finding = judge([api(-3, 'api-1'), api(-3, 'api-2', { ready: false }), api(20, 'api-2')]);
  expect(finding.result).toBe('passed');
});

test('losing still more than the fault took is', () => {
  const finding = judge([
    api(-3, 'api-1'),
    api(-3, 'api-2', { ready: false }),
    api(10, 'api-1', { terminating: true }),
  ]);
  expect(finding).toMatchObject({ result: 'failed' });
  expect(finding.found).toMatch(/^0 Ready/);
});

test('losing again what had come back is', () => {
  const finding = judge([
    api(-3, 'api-1'),
    api(-3, 'api-2', { ready: false }),
    api(10, 'api-2'),
    api(20, 'api-2', { terminating: true }),
  ]);
  expect(finding.result).toBe('failed');
});

test('a new list that arrives object by object is no loss', () => {
  const relist = [api(20, 'api-1', { change: 'gone' }), api(20.05, 'api-3')];
  expect(judge([...two, watch(19, 'lost'), ...relist, watch(20.1, 'listed')]).result).toBe('passed');
});

test('a gap in the watch of pods is errored, one of nodes is not', () => {
  expect(judge([...two, watch(10, 'lost'), watch(20, 'listed')]).result).toBe('errored');
  expect(judge([...two, watch(10, 'lost', 'nodes'), node(11), watch(20, 'listed', 'nodes')]).result).toBe('passed');
});

test('a breach that was seen counts even beside a gap', () => {
  const events = [...two, watch(10, 'lost'), watch(20, 'listed'), api(30, 'api-1', { terminating: true })];
  expect(judge(events).result).toBe('failed');
});

const course = fc.array(fc.record({ after: fc.integer({ min: 1, max: 20 }), ready: fc.integer({ min: 0, max: 5 }) }), {
  minLength: 1,
});

test('breaches are exactly the times below what was there before, up to the floor', () => {
  fc.assert(
    fc.property(course, fc.integer({ min: 1, max: 4 }), (changes, min) => {
      let now = 0;
      const steps = changes.map(({ after, ready }) => {
        now += after;
        return { at: now, ready };
      });
      const until = now + 10;
      const breaches = findBreaches(steps, until, min);
      let best = 0;
      for (const [index, step] of steps.entries()) {
        best = Math.max(best, step.ready);
        const below = step.ready < Math.min(min, best);
        const middle = (step.at + (steps[index + 1]?.at ?? until)) / 2;
        const covering = breaches.filter((breach) => breach.from <= middle && middle < breach.to);
        expect(covering).toHaveLength(below ? 1 : 0);
        for (const breach of covering) expect(breach.lowest).toBeLessThanOrEqual(step.ready);
      }
    }),
  );
});

test('a count that never falls has no breach', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (rises) => {
      let ready = 0;
      const steps = rises.map((rise, index) => {
        ready += rise;
        return { at: index, ready };
      });
      expect(findBreaches(steps, rises.length, 2)).toEqual([]);
    }),
  );
});
