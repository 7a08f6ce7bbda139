import { describe, expect, test } from 'vitest';
import { judgeFloor } from '../../../engine/checks/pod-floor.ts';
import { judgeTraffic } from '../../../engine/checks/traffic.ts';
import type { HostLoad, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { starvedFinding, withoutStarvation } from '../../../engine/drill/starved.ts';
import { at, drill, pod, traffic, witnessed } from '../checks/record-builder.ts';

const window = drill(60);
const starving = { waiting: 20, others: 0.6 };
const alone = { waiting: 20, others: 0.1 };

interface Story {
  /** What the machine was like in which seconds. */
  readonly load?: { readonly from: number; readonly to: number } & HostLoad;
  /** In which seconds nothing was answered. */
  readonly silent?: { readonly from: number; readonly to: number };
  readonly more?: readonly TimelineEvent[];
}

/** A minute of a record with ticks that say how the machine was, and with traffic. */
function record({ load, silent, more = [] }: Story): TimelineEvent[] {
  const within = (span: { from: number; to: number } | undefined, s: number) =>
    span !== undefined && s >= span.from && s < span.to;
  const { from: _from, to: _to, ...figures } = load ?? { from: 0, to: 0 };
  const events = Array.from({ length: 64 }, (_, s): TimelineEvent[] => [
    { at: at(s), kind: 'tick', ...(within(load, s) ? figures : { waiting: 0.5, others: 0.1 }) },
    traffic(s, within(silent, s) ? 0 : 5),
  ]);
  return witnessed(63, [...events.flat(), ...more], { ticking: (s) => s < 0 });
}

const spec = { service: 'shop/web', availability: '99%', longestGap: '2s' };
const answers = (story: readonly TimelineEvent[]) => judgeTraffic(story, window, spec).result;
const fed = (story: readonly TimelineEvent[]) => withoutStarvation(story, window)?.timeline;

describe('requests that are lost', () => {
  test('while others starve the machine are no evidence', () => {
    const story = record({ load: { from: 20, to: 30, ...starving }, silent: { from: 22, to: 27 } });
    expect(answers(story)).toBe('failed');
    expect(answers(fed(story) ?? [])).toBe('passed');
  });

  test('some seconds after it are none either: what starved is late', () => {
    const story = record({ load: { from: 20, to: 22, ...starving }, silent: { from: 23, to: 27 } });
    expect(answers(fed(story) ?? [])).toBe('passed');
  });

  test('at another time count as before', () => {
    const story = record({ load: { from: 40, to: 50, ...starving }, silent: { from: 20, to: 25 } });
    expect(fed(story)).toBeUndefined();
  });

  test('longer than the machine was starved count for the rest', () => {
    const story = record({ load: { from: 20, to: 22, ...starving }, silent: { from: 20, to: 40 } });
    expect(answers(fed(story) ?? [])).toBe('failed');
  });

  test.each([
    ['the session keeps itself busy', alone],
    ['others use the machine, but nothing has to wait', { waiting: 1, others: 0.6 }],
    ['it is not known who uses the machine', { waiting: 20 }],
    ['it is not known what waits', { others: 0.9 }],
  ])('while %s count as before', (_, load) => {
    expect(fed(record({ load: { from: 0, to: 60, ...load }, silent: { from: 22, to: 27 } }))).toBeUndefined();
  });

  test('before the drill was handed over say nothing about it', () => {
    const story = record({ load: { from: 0, to: 10, ...starving }, silent: { from: 12, to: 14 } });
    const later = { since: at(11), until: window.until };
    expect(withoutStarvation(story, later)).toBeUndefined();
  });
});

describe('pods that are not Ready', () => {
  const floor = (story: readonly TimelineEvent[]) =>
    judgeFloor(story, window, { namespace: 'shop', selector: { app: 'web' }, min: 2 }).result;
  const load = { from: 20, to: 30, ...starving };
  const two = [pod(-0.5, { name: 'a' }), pod(-0.5, { name: 'b' })];

  test('because a starved probe was late are no evidence', () => {
    const story = record({ load, more: [...two, pod(22, { name: 'a', ready: false }), pod(26, { name: 'a' })] });
    expect(floor(story)).toBe('failed');
    expect(floor(fed(story) ?? [])).toBe('passed');
  });

  test('because somebody ended them count as before', () => {
    const ended = [
      pod(22, { name: 'a', terminating: true }),
      pod(23, { name: 'a', terminating: true, ready: false }),
      pod(29, { name: 'c' }),
    ];
    expect(fed(record({ load, more: [...two, ...ended] }))).toBeUndefined();
  });

  test('because they have never been count as before', () => {
    const begun = [pod(21, { name: 'c', phase: 'Pending', ready: false }), pod(23, { name: 'c', ready: false })];
    expect(fed(record({ load, more: [...two, ...begun] }))).toBeUndefined();
  });
});

test('the finding says what was seen, how starved the machine was, and what to do', () => {
  const story = record({ load: { from: 20, to: 30, waiting: 12.4, others: 0.567 }, silent: { from: 22, to: 27 } });
  const hunger = withoutStarvation(story, window)?.hunger;
  expect(hunger).toEqual({ seconds: 10, waiting: expect.closeTo(12.4), others: expect.closeTo(0.567) });
  const failed = {
    result: 'failed',
    expected: 'it answers',
    found: '270 of 300 answered',
    meaning: 'users saw it',
  } as const;
  expect(starvedFinding(failed, hunger ?? { seconds: 0, waiting: 0, others: 0 })).toEqual({
    result: 'errored',
    starved: true,
    expected: 'it answers',
    found:
      '270 of 300 answered; but for 10 s of the drill this machine was starved by others: they used 57 % of its CPU time, and 12 tasks waited for each core',
    meaning: expect.stringContaining('Do it again with less beside it'),
  });
});
