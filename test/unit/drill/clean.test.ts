import { describe, expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { SessionState } from '../../../engine/domain/session.ts';
import { cleanUp } from '../../../engine/drill/clean.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeProvider } from './fake-world.ts';

const dead = '999999999:1';

/** Sessions by id: the moves they made, and the owner of the last one. */
function setUp(sessions: Readonly<Record<string, { moves: SessionState[]; owner?: string; cluster?: boolean }>>) {
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const store = createSessionStore(openDatabase(':memory:'));
  for (const [id, { moves, owner = ownProcess(), cluster = true }] of Object.entries(sessions)) {
    store.add({ id, scenario: 'mend', folder: '/x', createdAt: 1, owner, facts: {} });
    for (const move of moves) store.move(id, move, { owner });
    if (cluster) provider.exists.set(id, new FakeCluster(id, provider.world, clock));
  }
  const told: string[] = [];
  const clean = ({ all = false, allStores = false } = {}) =>
    cleanUp(provider, store, { all, allStores, onSession: (session) => told.push(session) });
  const addCluster = (id: string) => provider.exists.set(id, new FakeCluster(id, provider.world, clock));
  return { provider, store, clean, told, addCluster };
}

describe('cleaning up', () => {
  test('with nothing there does nothing', async () => {
    expect(await setUp({}).clean()).toEqual({ reaped: [], left: 0 });
  });

  test('removes clusters that the store does not know', async () => {
    const { clean, provider, addCluster, told } = setUp({});
    addCluster('lost');
    expect(await clean()).toEqual({ reaped: ['lost'], left: 0 });
    expect(told).toEqual(['lost']);
    expect(provider.exists.size).toBe(0);
  });

  test('knows a session by the cluster that it has, and what it has left by who takes that down', async () => {
    const { clean, store, provider, addCluster } = setUp({
      young: { moves: ['ready'] },
      mine: { moves: ['ready'] },
      theirs: { moves: ['ready'] },
    });
    for (const [session, owner] of [
      ['young', dead],
      ['mine', ownProcess()],
      ['theirs', dead],
    ] as const) {
      store.restart(session, owner, {}, `${session}-2`);
      addCluster(`${session}-2`);
    }
    for (const session of ['mine', 'theirs']) store.move(session, 'ready', { readyAt: 9 });
    expect(await clean()).toEqual({ reaped: ['young', 'theirs', 'young'], left: 0 });
    expect([...provider.exists.keys()]).toEqual(['mine', 'mine-2', 'theirs-2']);
    expect(store.all().map(({ id }) => id)).toEqual(['mine', 'theirs']);
    expect(store.discarded.all().map(({ id }) => id)).toEqual(['mine']);
  });

  test('leaves sessions alone that somebody works in or is making', async () => {
    const { clean, store, provider } = setUp({
      ready: { moves: ['ready'] },
      finished: { moves: ['ready', 'finished'] },
      young: { moves: [] },
      going: { moves: ['stopping'] },
    });
    expect(await clean()).toEqual({ reaped: [], left: 0 });
    expect(store.all()).toHaveLength(4);
    expect(provider.destroyed).toEqual([]);
  });

  test('removes sessions whose process died while it made or unmade them, and failed ones', async () => {
    const { clean, store } = setUp({
      young: { moves: [], owner: dead },
      going: { moves: ['ready', 'stopping'], owner: dead },
      failed: { moves: ['failed'], cluster: false },
      ready: { moves: ['ready'], owner: dead },
    });
    expect(await clean()).toEqual({ reaped: ['young', 'going', 'failed'], left: 0 });
    expect(store.all().map(({ id }) => id)).toEqual(['ready']);
  });

  test('with all removes what is ready, too, but never what a living process is making', async () => {
    const { clean, store } = setUp({
      ready: { moves: ['ready'] },
      finished: { moves: ['ready', 'finished'] },
      young: { moves: [] },
    });
    expect(await clean({ all: true })).toEqual({ reaped: ['ready', 'finished'], left: 0 });
    expect(store.all().map(({ id }) => id)).toEqual(['young']);
  });

  test('goes on after a session that resists, and then says which', async () => {
    const { clean, provider, store, addCluster } = setUp({});
    for (const id of ['one', 'stuck', 'two']) addCluster(id);
    provider.onDestroy = async (session) => {
      if (session === 'stuck') throw new KubewrightError('LEAK', 'session stuck left something behind');
    };
    await expect(clean()).rejects.toMatchObject({ code: 'LEAK', message: expect.stringContaining('stuck') as string });
    expect([...provider.exists.keys()]).toEqual(['stuck']);
    expect(store.all()).toEqual([]);
  });

  test('leaves sessions of other stores alone unless it is told that this machine is only ours', async () => {
    const { clean, provider, addCluster } = setUp({});
    addCluster('theirs');
    provider.foreign.add('theirs');
    expect(await clean({ all: true })).toEqual({ reaped: [], left: 0 });
    expect(await clean({ allStores: true })).toEqual({ reaped: ['theirs'], left: 0 });
  });

  test('counts what came in between', async () => {
    const { clean, provider, addCluster } = setUp({});
    addCluster('lost');
    provider.onDestroy = async () => void addCluster('another');
    expect(await clean()).toEqual({ reaped: ['lost'], left: 1 });
  });
});
