import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { runTick } from '../../../engine/witness/tick.ts';
import { FakeClock } from './fake-clock.ts';

function startTicking() {
  const clock = new FakeClock();
  const events: TimelineEvent[] = [];
  const ending = new AbortController();
  let looks = 0;
  const load = {
    look: () => void (looks += 1),
    take() {
      const waiting = looks;
      looks = 0;
      return waiting === 0 ? {} : { waiting, others: 0.5 };
    },
  };
  const ended = runTick({ clock, load, record: (event) => events.push(event) }, ending.signal);
  return { clock, events, ending, ended };
}

test('one tick is written each second, at its own time, with what five looks since the one before saw', async () => {
  const { clock, events, ending, ended } = startTicking();
  const start = clock.time;
  await clock.advance(3_000);
  expect(events).toEqual([
    { at: start, kind: 'tick' },
    ...[1_000, 2_000, 3_000].map((ms) => ({ at: start + ms, kind: 'tick', waiting: 5, others: 0.5 })),
  ]);
  ending.abort();
  await ended;
});

test('ticks that were missed while the process stood still are a hole, not a burst', async () => {
  const { clock, events, ending, ended } = startTicking();
  const start = clock.time;
  await clock.advance(0);
  clock.time += 5_300;
  await clock.advance(1_000);
  expect(events.map(({ at }) => at - start)).toEqual([0, 5_300, 6_000]);
  ending.abort();
  await ended;
});
