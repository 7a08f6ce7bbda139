import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  apiOutages,
  auditGaps,
  describeGaps,
  gapsOf,
  holes,
  lastState,
  moment,
  recordingGaps,
  replay,
  watchGaps,
} from '../../../engine/checks/record.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { act, at, drill, node, pod, start, watch, witnessed } from './record-builder.ts';

const inSeconds = (spans: readonly { from: number; to: number }[]) =>
  spans.map(({ from, to }) => [(from - start) / 1000, (to - start) / 1000]);

describe('replay', () => {
  test('begins with the state at the start, whatever happened before', () => {
    const events = [pod(-4, { ready: false }), pod(-2), pod(3, { terminating: true })];
    const moments = replay(witnessed(10, events), drill(10)).map(({ at: time, state }) => [
      (time - start) / 1000,
      state.pods.get('shop/web-1')?.ready,
      state.pods.get('shop/web-1')?.terminating,
    ]);
    expect(moments.toArray()).toEqual([
      [0, true, false],
      [3, true, true],
    ]);
  });

  test('leaves out what came after the end', () => {
    const state = lastState(witnessed(20, [node(1), node(11, { unschedulable: true })]), drill(10));
    expect(state.nodes.get('w1')?.unschedulable).toBe(false);
  });

  test('takes changes of one millisecond as one moment', () => {
    const events = [pod(-1), pod(5, { change: 'gone' }), pod(5, { uid: 'another' })];
    const counts = replay(witnessed(10, events), drill(10)).map(({ state }) => state.pods.size);
    expect(counts.toArray()).toEqual([1, 1]);
  });

  test('keeps the successor when the end of its predecessor comes later', () => {
    const events = [pod(-1, { uid: 'old' }), pod(2, { uid: 'new' }), pod(3, { uid: 'old', change: 'gone' })];
    expect(lastState(witnessed(10, events), drill(10)).pods.get('shop/web-1')?.uid).toBe('new');
  });
});

describe('gaps of the recording', () => {
  test('there are none while the witness ticks', () => {
    expect(gapsOf(witnessed(60), drill(60), ['nodes', 'pods', 'poddisruptionbudgets', 'audit'])).toEqual([]);
  });

  test('a hole between two ticks is a gap from one to the other', () => {
    const timeline = witnessed(60, [], { ticking: (second) => second <= 10 || second >= 20 });
    expect(inSeconds(recordingGaps(timeline, drill(60)))).toEqual([[10, 20]]);
  });

  test('a late tick is none', () => {
    const timeline = witnessed(60, [], { ticking: (second) => second <= 10 || second >= 15 });
    expect(recordingGaps(timeline, drill(60))).toEqual([]);
  });

  test('a witness that stopped leaves a gap up to the end', () => {
    const timeline = witnessed(60, [], { ticking: (second) => second <= 40 });
    expect(inSeconds(recordingGaps(timeline, drill(60)))).toEqual([[40, 60]]);
  });

  test('no record at all is one gap', () => {
    expect(inSeconds(recordingGaps([], drill(60)))).toEqual([[0, 60]]);
  });

  test('a hole that ended before the drill is none of its gaps', () => {
    const timeline = [...witnessed(60), { at: at(-60), kind: 'tick' } as const];
    expect(recordingGaps(timeline, drill(60))).toEqual([]);
  });
});

describe('gaps of a watch', () => {
  test('from lost to listed', () => {
    const timeline = witnessed(60, [watch(10, 'lost'), watch(20, 'listed')]);
    expect(inSeconds(watchGaps(timeline, 'pods', drill(60)))).toEqual([[10, 20]]);
    expect(watchGaps(timeline, 'nodes', drill(60))).toEqual([]);
  });

  test('taking it up again at once is none', () => {
    expect(watchGaps(witnessed(60, [watch(10, 'lost'), watch(11, 'listed')]), 'pods', drill(60))).toEqual([]);
  });

  test('a watch that never came is one gap', () => {
    const timeline = witnessed(60).filter((event) => event.kind !== 'watch');
    expect(inSeconds(watchGaps(timeline, 'pods', drill(60)))).toEqual([[0, 60]]);
  });

  test('a watch that is still lost is a gap up to the end', () => {
    expect(inSeconds(watchGaps(witnessed(60, [watch(50, 'lost')]), 'pods', drill(60)))).toEqual([[50, 60]]);
  });

  test('a witness that started again was blind from its last word on', () => {
    const events: TimelineEvent[] = [{ at: at(19.5), kind: 'started' }, watch(24, 'listed')];
    const timeline = witnessed(60, events).filter((event) => event.at <= at(16) || event.at >= at(19.5));
    expect(inSeconds(watchGaps(timeline, 'pods', drill(60)))).toEqual([[16, 24]]);
  });

  test('while the API server is down there is nothing to miss', () => {
    const down = { answered: (second: number) => second < 10 || second > 30 };
    const timeline = witnessed(60, [watch(10, 'lost'), watch(33, 'listed')], down);
    expect(watchGaps(timeline, 'pods', drill(60))).toEqual([]);
  });

  test('a watch that stays away long after the API server is back is a gap from then on', () => {
    const down = { answered: (second: number) => second < 10 || second > 30 };
    const timeline = witnessed(60, [watch(10, 'lost'), watch(50, 'listed')], down);
    expect(inSeconds(watchGaps(timeline, 'pods', drill(60)))).toEqual([[36, 50]]);
  });

  test('a witness cut off from an API server that answers others has a gap from their first write on', () => {
    const cut = { answered: (second: number) => second < 10 || second > 30 };
    const timeline = witnessed(60, [watch(10, 'lost'), watch(33, 'listed'), act(20), act(15)], cut);
    expect(inSeconds(watchGaps(timeline, 'pods', drill(60)))).toEqual([[20, 33]]);
  });

  test('an API server that comes back and answers others a moment before it answers the witness leaves none', () => {
    const down = { answered: (second: number) => second < 10 || second > 30 };
    const timeline = witnessed(60, [watch(10, 'lost'), watch(31, 'listed'), act(28)], down);
    expect(watchGaps(timeline, 'pods', drill(60))).toEqual([]);
  });
});

describe('outages of the API server', () => {
  test('reach from the last answered beat to the next', () => {
    const timeline = witnessed(60, [], { answered: (second) => second < 10 || second > 30 });
    expect(inSeconds(apiOutages(timeline))).toEqual([[9, 31]]);
  });

  test('a time in which others were answered is none', () => {
    const timeline = witnessed(60, [act(28)], { answered: (second) => second < 10 || second > 30 });
    expect(apiOutages(timeline)).toEqual([]);
  });

  test('that go on have no end', () => {
    const timeline = witnessed(60, [], { answered: (second) => second < 10 });
    expect(apiOutages(timeline)).toEqual([{ from: at(9), to: Number.POSITIVE_INFINITY }]);
  });
});

describe('gaps of the audit trail', () => {
  test('an answered beat without echo between two with one is a gap', () => {
    const timeline = witnessed(60, [], { echoed: (second) => second < 10 || second > 20 });
    expect(inSeconds(auditGaps(timeline, drill(60)))).toEqual([[9, 21]]);
  });

  test('echoes that are still on their way are none', () => {
    const timeline = witnessed(60, [], { echoed: (second) => second < 50 });
    expect(auditGaps(timeline, drill(60))).toEqual([]);
  });

  test('echoes that stay away are a gap up to the end', () => {
    const timeline = witnessed(60, [], { echoed: (second) => second < 30 });
    expect(inSeconds(auditGaps(timeline, drill(60)))).toEqual([[29, 60]]);
  });

  test('an outage of the API server is none: nothing was answered, so nothing had to be written down', () => {
    const timeline = witnessed(60, [], { answered: (second) => second < 10 || second > 40 });
    expect(auditGaps(timeline, drill(60))).toEqual([]);
  });

  test('a time without any beat is one: nothing vouches for the trail', () => {
    const timeline = witnessed(60).filter((event) => event.kind !== 'beat' || event.at < at(10) || event.at > at(40));
    expect(inSeconds(auditGaps(timeline, drill(60)))).toEqual([[9, 41]]);
  });

  test('a gap that ended before the drill is none of its gaps', () => {
    const timeline = witnessed(60, [], { echoed: (second) => second > -4 });
    expect(auditGaps(timeline, drill(60))).toEqual([]);
  });
});

test('holes and points together cover the window: no hole longer than allowed is missed, none is invented', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 150 })), fc.integer({ min: 1, max: 40 }), (points, longest) => {
      const window = { since: 0, until: 100 };
      const found = holes(points, window, longest);
      for (const { from, to } of found) {
        expect(points.some((point) => point > from && point < to)).toBe(false);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(100);
      }
      for (let from = 0; from + longest + 1 <= 100; from += 1) {
        const to = from + longest + 1;
        const heard = points.some((point) => point >= from && point <= to);
        expect(heard || found.some((hole) => hole.from <= from && hole.to >= to)).toBe(true);
      }
    }),
  );
});

test('gaps are told with the time of day and the time since the start', () => {
  const timeline = witnessed(60, [], { ticking: (second) => second <= 10 || second >= 20 });
  expect(describeGaps(recordingGaps(timeline, drill(60)), start)).toBe(
    'the witness was not running from 14:00:10 UTC (10 s into the drill) to 14:00:20 UTC (20 s into the drill)',
  );
  expect(moment(at(65.4), start)).toBe('14:01:05 UTC (65 s into the drill)');
});
