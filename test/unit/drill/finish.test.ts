import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { hasCaughtUp, judgeFinally } from '../../../engine/drill/finish.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeWorld, fakeChecks } from './fake-world.ts';
import { smallDrill } from './small-drill.ts';

const beat = (at: number, number: number, ok = true): TimelineEvent => ({ at, kind: 'beat', beat: number, ok });
const echo = (at: number, number: number): TimelineEvent => ({ at, kind: 'echo', beat: number });
/** Later than the traffic of the moment is written. */
const tick: TimelineEvent = { at: 3_500, kind: 'tick' };

describe('the record has caught up with a moment', () => {
  test.each<[string, boolean, TimelineEvent[]]>([
    ['when a request of that moment has come back', true, [beat(1_000, 7), echo(1_400, 7), tick]],
    ['when a later request has come back', true, [beat(900, 6), beat(1_900, 7), echo(2_000, 7), tick]],
    ['in whatever order the two were recorded', true, [tick, echo(1_000, 7), beat(1_000, 7)]],
    ['not with an empty record', false, []],
    ['not while nothing has come back', false, [beat(1_000, 7), beat(2_000, 8), tick]],
    ['not by an earlier request that comes back late', false, [beat(999, 6), echo(5_000, 6), beat(1_000, 7), tick]],
    ['not by a request that the API server did not answer', false, [beat(1_000, 7, false), echo(1_400, 7), tick]],
    ['not by an echo of nobody', false, [echo(2_000, 9), beat(1_000, 7), tick]],
    [
      'not before the traffic of that moment is written',
      false,
      [beat(1_000, 7), echo(1_400, 7), { ...tick, at: 3_499 }],
    ],
    ['not by ticks alone', false, [tick]],
  ])('%s', (_name, expected, timeline) => {
    expect(hasCaughtUp(timeline, 1_000)).toBe(expected);
  });
});

describe('the verdict on a drill that ends', () => {
  function submit(world: FakeWorld, lastedMs = 60_000) {
    const clock = new FakeClock();
    const cluster = new FakeCluster('abc', world, clock);
    const now = clock.now();
    const said: string[] = [];
    const progress = (line: string) => void said.push(line);
    const round = {
      cluster,
      definitions: fakeChecks,
      clock,
      since: now - lastedMs,
      until: now,
      happened: {},
      progress,
    };
    return { clock, said, verdict: judgeFinally(smallDrill(), round) };
  }

  test('comes as soon as the record is whole and everything holds', async () => {
    const { clock, said, verdict } = submit(new FakeWorld());
    expect(await verdict).toMatchObject({ exam: 'passed', operations: 'passed' });
    expect(clock.monotonic()).toBe(2_500);
    expect(said).toEqual(['waiting until the record holds all that happened before Submit', 'looking at the checks']);
  });

  test('that has only just begun is looked at for five seconds', async () => {
    const { clock, verdict } = submit(new FakeWorld(), 1_000);
    await verdict;
    expect(clock.monotonic()).toBe(4_000 + 2_500);
  });

  test('waits for the trail no longer than it takes, and judges then', async () => {
    const world = new FakeWorld();
    world.trailIsWhole = false;
    const { clock, verdict } = submit(world);
    expect((await verdict).checks).toHaveLength(2);
    expect(clock.monotonic()).toBe(20_000);
  });

  test('is inconclusive when the witness cannot be asked', async () => {
    const world = new FakeWorld();
    world.witnessAnswers = false;
    const { verdict } = submit(world);
    expect(await verdict).toMatchObject({ exam: 'passed', operations: 'inconclusive' });
  });
});
