import { describe, expect, test } from 'vitest';
import { type EventClaims, letEventsHappen } from '../../../engine/drill/events.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeWorld, fakeChecks } from './fake-world.ts';
import { smallDrill } from './small-drill.ts';

/** Looks for events as one process does; `happened` is what the store has recorded. */
function createLooker(world = new FakeWorld(), happened: Record<string, number> = {}) {
  const clock = new FakeClock();
  const cluster = new FakeCluster('abc', world, clock);
  const claims: EventClaims = {
    claim(event, at) {
      if (happened[event] !== undefined) return false;
      happened[event] = at;
      return true;
    },
    release: (event) => void delete happened[event],
  };
  const look = (seen: Record<string, number> = { ...happened }, drill = smallDrill()) =>
    letEventsHappen(
      drill,
      { cluster, definitions: fakeChecks, clock, since: 0, until: clock.now(), happened: seen },
      claims,
    );
  return { world, happened, clock, look, guest: () => world.files.get('student:/opt/guest') };
}

describe('an event of the scenario', () => {
  test('happens when its condition holds, at the time of the clock', async () => {
    const { look, guest, happened, clock } = createLooker();
    clock.pass(3_000);
    await look();
    expect(guest()).toBe('hello');
    expect(happened).toEqual({ guest: clock.now() });
  });

  test('does not happen while its condition does not hold, and leaves no claim', async () => {
    const { world, look, guest, happened } = createLooker();
    world.door = 'jammed';
    await look();
    expect(guest()).toBeUndefined();
    expect(happened).toEqual({});
  });

  test('does not happen while its condition cannot be read', async () => {
    const { look, guest } = createLooker();
    const [opened, ...others] = smallDrill().checks;
    const broken = opened === undefined ? others : [{ ...opened, kind: 'ghost' }, ...others];
    await look({}, smallDrill({ checks: broken }));
    expect(guest()).toBeUndefined();
  });

  test('happens once, also when two looked at the same moment', async () => {
    const { world, look, guest } = createLooker();
    await look({});
    world.files.set('student:/opt/guest', 'changed by the learner');
    await look({});
    await look();
    expect(guest()).toBe('changed by the learner');
  });

  test('is not looked for again once it has happened', async () => {
    const world = new FakeWorld();
    const { look } = createLooker(world, { guest: 5 });
    const hold = smallDrill().events.map((event) => ({
      ...event,
      when: { check: 'never-down', is: 'passed' as const },
    }));
    await look({ guest: 5 }, smallDrill({ events: hold }));
    expect(world.timelineReads).toBe(0);
  });

  test('that could not be written is told, and happens at the next look', async () => {
    const { world, look, guest, happened } = createLooker();
    world.studentAnswers = false;
    await expect(look()).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: 'the event guest could not happen on student',
    });
    expect(happened).toEqual({});
    world.studentAnswers = true;
    await look();
    expect(guest()).toBe('hello');
  });
});
