import { describe, expect, test } from 'vitest';
import type { ClusterLook } from '../../../engine/domain/aids.ts';
import type { PodFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { createDrills } from '../../../engine/drill/drills.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { changed, makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { fakesFor } from './fake-drills.ts';
import { FakeProvider } from './fake-world.ts';

async function setUp(files: Readonly<Record<string, string>> = {}, inExam = false) {
  const folder = await makeScenarioFolder(files);
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const drills = createDrills({
    ...fakesFor(folder),
    ...{ provider, clock },
    store: createSessionStore(openDatabase(':memory:')),
    scenarios: createShelf(folder.scenarios, folder.dependencies),
    inExam: () => inExam,
  });
  const { id: session } = await drills.start('mend-the-door', {});
  return { drills, session, provider, clock, world: provider.world };
}

describe('a glance', () => {
  test('sees the checks of the end state, not those of the whole drill, and makes nothing final', async () => {
    const { drills, session, world } = await setUp();
    const ids = async () => (await drills.glance(session)).checks.map(({ id, result }) => `${id} ${result}`);
    expect(await ids()).toEqual(['opened failed']);
    world.door = 'open';
    expect(await ids()).toEqual(['opened passed']);
    expect((await drills.session(session)).state).toBe('ready');
  });

  test('sees no check where the scenario does not allow it, but what its hints wait for', async () => {
    const text = changed('cluster: one-worker', 'cluster: one-worker\nliveChecks: false');
    const { drills, session } = await setUp({ 'scenario.yaml': text });
    const { checks, hints } = await drills.glance(session);
    expect(checks).toEqual([]);
    expect(hints.hints.map(({ id }) => id)).toContain('open-2');
    expect(await drills.desk(session)).toMatchObject({ liveChecks: false, exam: false });
  });

  test('of a drill that is over looks at nothing', async () => {
    const { drills, session } = await setUp();
    await drills.finish(session);
    expect((await drills.glance(session)).checks).toEqual([]);
  });
});

describe('hints', () => {
  test('are taken for their price, appear by what the cluster shows, and stay', async () => {
    const { drills, session, world } = await setUp();
    const board = await drills.hints(session);
    expect(board.hints).toEqual([
      { id: 'open-1', task: 'open', cost: 1, state: 'offered' },
      { id: 'open-2', task: 'open', cost: 0, state: 'taken', text: 'Push on w1.', because: 'opened' },
    ]);
    world.door = 'open';
    const after = await drills.takeHint(session, 'open-1');
    expect(after).toMatchObject({ spent: 1, more: 0 });
    expect(after.hints.map(({ text }) => text)).toEqual(['Look at the hinges.', 'Push on w1.']);
    await expect(drills.takeHint(session, 'open-9')).rejects.toMatchObject({ code: 'USAGE' });
    await drills.reset(session, {});
    expect((await drills.hints(session)).spent).toBe(0);
  });

  test('are not taken any more when the drill is over, but can be read', async () => {
    const { drills, session } = await setUp();
    await drills.takeHint(session, 'open-1');
    await drills.finish(session);
    expect((await drills.hints(session)).hints[0]).toMatchObject({ state: 'taken', text: 'Look at the hinges.' });
    await expect(drills.takeHint(session, 'open-1')).rejects.toMatchObject({ code: 'SESSION_STATE' });
  });
});

describe('the solution', () => {
  test('is shown when the drill was judged, with what each check means', async () => {
    const { drills, session } = await setUp();
    await expect(drills.walkthrough(session, { giveUp: false })).rejects.toMatchObject({ code: 'SESSION_STATE' });
    await drills.finish(session);
    expect(await drills.walkthrough(session, { giveUp: false })).toMatchObject({
      steps: [{ commands: 'kubectl get nodes' }],
      clues: ['Look at the hinges.', 'Push on w1.'],
      judged: [
        { check: 'opened', meaning: 'so' },
        { check: 'never-down', meaning: 'so' },
      ],
    });
    expect((await drills.hints(session)).gaveUp).toBe(false);
  });

  test('is shown to who gives up, which is remembered', async () => {
    const { drills, session } = await setUp();
    await drills.walkthrough(session, { giveUp: true });
    expect((await drills.hints(session)).gaveUp).toBe(true);
    await drills.walkthrough(session, { giveUp: false });
  });
});

test('in an exam there is none of it', async () => {
  const { drills, session } = await setUp({}, true);
  expect(await drills.glance(session)).toMatchObject({ checks: [], hints: { hints: [] } });
  expect((await drills.hints(session)).hints).toEqual([]);
  expect((await drills.desk(session)).exam).toBe(true);
  await expect(drills.takeHint(session, 'open-1')).rejects.toMatchObject({ code: 'SESSION_STATE' });
  await expect(drills.walkthrough(session, { giveUp: true })).rejects.toMatchObject({ code: 'SESSION_STATE' });
});

test('the look of the cluster is told once while nothing changes, until nobody looks', async () => {
  const { drills, session } = await setUp();
  const over = new AbortController();
  const looks: ClusterLook[] = [];
  const looking = drills.look(session, { onLook: (look) => looks.push(look), onStir: () => {} }, over.signal);
  await expect.poll(() => looks.length).toBeGreaterThan(0);
  over.abort();
  await looking;
  expect(looks[0]).toMatchObject({ services: [{ name: 'town/web', state: 'up' }], witness: 'records' });
});

test('who looks is told at once of what happens from then on, and not of what has happened before', async () => {
  const { drills, session, provider, clock } = await setUp();
  const cluster = provider.exists.get(session);
  const tell = Promise.withResolvers<(events: readonly TimelineEvent[]) => void>();
  if (cluster !== undefined) {
    cluster.witness.follow = async (onEvents, signal) => {
      tell.resolve(onEvents);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
  }
  const over = new AbortController();
  let stirs = 0;
  const looking = drills.look(session, { onLook: () => {}, onStir: () => (stirs += 1) }, over.signal);
  const onEvents = await tell.promise;
  const act = (at: number): TimelineEvent => ({ at, kind: 'pod', change: 'gone', pod: {} as PodFacts });
  onEvents([act(clock.now() - 60_000)]);
  expect(stirs).toBe(0);
  onEvents([{ at: clock.now(), kind: 'tick' }, act(clock.now())]);
  expect(stirs).toBe(1);
  over.abort();
  await looking;
});
