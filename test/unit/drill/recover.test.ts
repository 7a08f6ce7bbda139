import { describe, expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { SessionState } from '../../../engine/domain/session.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { createRecovery } from '../../../engine/drill/recover.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeProvider } from './fake-world.ts';

const dead = '999999999:1';

/** Sessions by id: the moves they made, who is at work on them, and whether anything of them exists. */
function setUp(sessions: Readonly<Record<string, { moves: SessionState[]; owner?: string; exists?: boolean }>>) {
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const store = createSessionStore(openDatabase(':memory:'));
  for (const [id, { moves, owner = dead, exists = true }] of Object.entries(sessions)) {
    store.add({ id, scenario: 'mend', folder: '/x', createdAt: 1, owner, facts: {} });
    for (const move of moves) store.move(id, move, { owner, ...(move === 'ready' ? { readyAt: 5 } : {}) });
    if (exists) provider.exists.set(id, new FakeCluster(id, provider.world, clock));
  }
  const told: string[] = [];
  const another = () => createRecovery({ provider, store, clock });
  const mine = another();
  const recover = (look = true) => mine({ look, onSession: (id, why) => told.push(`${id}: ${why}`) });
  const states = () => Object.fromEntries(store.all().map(({ id, state }) => [id, state]));
  return { provider, store, recover, told, states, another };
}

describe('recovery', () => {
  test('adopts what is whole and takes down what a dead process was making', async () => {
    const { recover, states, provider, store, told } = setUp({
      half: { moves: [] },
      whole: { moves: ['ready'] },
      judged: { moves: ['ready', 'finished'] },
    });
    expect(await recover()).toEqual({ adopted: ['whole'], reaped: ['half'], open: [], unknown: [] });
    expect(states()).toEqual({ half: 'failed', whole: 'ready', judged: 'finished' });
    expect([...provider.exists.keys()]).toEqual(['whole', 'judged']);
    expect(store.get('half')?.error).toMatchObject({
      message: expect.stringContaining('ended before it was ready') as string,
    });
    expect(told).toEqual(['half: its process ended while it was being made']);
  });

  test('stops to its end what a dead process was stopping', async () => {
    const { recover, states, provider } = setUp({ going: { moves: ['ready', 'stopping'] } });
    expect((await recover(false)).reaped).toEqual(['going']);
    expect(states()).toEqual({});
    expect(provider.exists.size).toBe(0);
  });

  test('takes down a cluster that waited for a dead process, and leaves that of a living one', async () => {
    const { recover, provider, store, told } = setUp({});
    for (const [id, owner] of [
      ['widow', dead],
      ['waits', ownProcess(process.ppid)],
    ] as const) {
      store.waiting.add({ id, kind: 'two workers', owner });
      store.waiting.ready(id, 5);
      provider.exists.set(id, new FakeCluster(id, provider.world, new FakeClock()));
    }
    expect(await recover()).toEqual({ adopted: [], reaped: ['widow'], open: [], unknown: [] });
    expect([...provider.exists.keys()]).toEqual(['waits']);
    expect(store.waiting.all().map(({ id }) => id)).toEqual(['waits']);
    expect(told).toEqual(['widow: it waited for a drill, and the process that kept it has ended']);
  });

  test('takes down what the reset of a dead process has left, and leaves that of a living one', async () => {
    const { recover, provider, store, states, told } = setUp({
      swapped: { moves: ['ready'] },
      reset: { moves: ['ready'], owner: ownProcess(process.ppid) },
    });
    for (const [session, owner] of [
      ['swapped', dead],
      ['reset', ownProcess(process.ppid)],
    ] as const) {
      store.restart(session, owner, {}, `${session}-2`);
      store.move(session, 'ready', { readyAt: 9 });
      provider.exists.set(`${session}-2`, new FakeCluster(`${session}-2`, provider.world, new FakeClock()));
    }
    expect(await recover()).toEqual({ adopted: ['swapped', 'reset'], reaped: ['swapped'], open: [], unknown: [] });
    expect(states()).toEqual({ swapped: 'ready', reset: 'ready' });
    expect([...provider.exists.keys()]).toEqual(['reset', 'swapped-2', 'reset-2']);
    expect(store.discarded.all().map(({ id }) => id)).toEqual(['reset']);
    expect(told).toEqual(['swapped: its session was reset and has another cluster']);
  });

  test('keeps its hands off a session that is being made while what it has left resists', async () => {
    const { recover, provider, store, states } = setUp({ swapped: { moves: ['ready'] } });
    store.restart('swapped', dead, {}, 'swapped-2');
    store.move('swapped', 'ready', { readyAt: 9 });
    provider.exists.set('swapped-2', new FakeCluster('swapped-2', provider.world, new FakeClock()));
    provider.onDestroy = async () => {
      throw new KubewrightError('LEAK', 'a volume is left');
    };
    expect((await recover()).open).toEqual([{ session: 'swapped', reason: 'a volume is left' }]);
    provider.onDestroy = async () => {};
    store.restart('swapped', ownProcess(process.ppid), {});
    expect((await recover()).reaped).toEqual(['swapped']);
    expect(states()).toEqual({ swapped: 'provisioning' });
    expect([...provider.exists.keys()]).toEqual(['swapped-2']);
  });

  test('looks at the cluster that a session has, not at the one that it was made with', async () => {
    const { recover, provider, store, states } = setUp({ robbed: { moves: ['ready'] }, half: { moves: ['ready'] } });
    store.restart('half', dead, {}, 'half-2');
    store.restart('robbed', ownProcess(), {}, 'robbed-2');
    store.move('robbed', 'ready', { readyAt: 9 });
    for (const id of ['robbed-2', 'half-2'])
      provider.exists.set(id, new FakeCluster(id, provider.world, new FakeClock()));
    provider.lost.set('robbed-2', ['w1']);
    await recover();
    expect(states()).toEqual({ robbed: 'failed', half: 'failed' });
    expect(provider.destroyed.toSorted()).toEqual(['half', 'half-2', 'robbed-2']);
  });

  test('tries again with a waiting cluster that could not be taken down', async () => {
    const { recover, provider, store } = setUp({});
    store.waiting.add({ id: 'widow', kind: 'two workers', owner: dead });
    provider.exists.set('widow', new FakeCluster('widow', provider.world, new FakeClock()));
    provider.onDestroy = async () => {
      throw new KubewrightError('LEAK', 'a volume is left');
    };
    expect(await recover()).toMatchObject({ reaped: [], open: [{ session: 'widow', reason: 'a volume is left' }] });
    provider.onDestroy = async () => {};
    expect((await recover()).reaped).toEqual(['widow']);
  });

  test('leaves alone what a living process is at work on, this one too', async () => {
    const { recover, states, provider } = setUp({
      young: { moves: [], owner: ownProcess() },
      going: { moves: ['stopping'], owner: ownProcess(process.ppid) },
    });
    expect((await recover()).reaped).toEqual([]);
    expect(states()).toEqual({ young: 'provisioning', going: 'stopping' });
    expect(provider.destroyed).toEqual([]);
  });

  test('gives up a ready session of which parts are gone, and never one that was judged', async () => {
    const { recover, states, provider, store } = setUp({
      robbed: { moves: ['ready'] },
      vanished: { moves: ['ready'], exists: false },
      judged: { moves: ['ready', 'finished'], exists: false },
    });
    provider.lost.set('robbed', ['kubewright-robbed-worker']);
    expect((await recover(false)).reaped).toEqual([]);
    expect(await recover()).toMatchObject({ adopted: [], reaped: ['robbed', 'vanished'] });
    expect(states()).toEqual({ robbed: 'failed', vanished: 'failed', judged: 'finished' });
    expect(store.get('robbed')?.error?.message).toContain('kubewright-robbed-worker');
    expect(provider.exists.size).toBe(0);
  });

  test('keeps its hands off a session that is reset while it is looked at', async () => {
    const { recover, states, provider, store } = setUp({ fresh: { moves: ['ready'] } });
    provider.missing = async (id) => {
      store.restart(id, ownProcess(), {});
      return ['network'];
    };
    expect(await recover()).toEqual({ adopted: [], reaped: [], open: [], unknown: [] });
    expect(states()).toEqual({ fresh: 'provisioning' });
    expect(provider.destroyed).toEqual([]);
  });

  test('removes what is left of what has failed', async () => {
    const { recover, states, provider } = setUp({
      left: { moves: ['failed'] },
      clean: { moves: ['failed'], exists: false },
    });
    expect((await recover()).reaped).toEqual(['left']);
    expect(provider.destroyed).toEqual(['left']);
    expect(states()).toEqual({ left: 'failed', clean: 'failed' });
  });

  test('removes golden states that were never finished when those who made them are gone, and is not stopped by them', async () => {
    const { recover, provider } = setUp({ half: { moves: [] } });
    const asked: object[] = [];
    provider.clearGolden = async (options) => {
      asked.push({ ...options, after: [...provider.destroyed] });
      throw new KubewrightError('LEAK', 'a golden state left something behind');
    };
    expect((await recover(false)).reaped).toEqual(['half']);
    expect(asked).toEqual([]);
    expect(await recover()).toMatchObject({ reaped: [], open: [] });
    expect(asked).toEqual([{ all: false, allStores: false, after: ['half'] }]);
  });

  test('names what the store does not know and does not touch it', async () => {
    const { recover, provider } = setUp({});
    provider.exists.set('strange', new FakeCluster('strange', provider.world, new FakeClock()));
    expect((await recover()).unknown).toEqual(['strange']);
    expect([...provider.exists.keys()]).toEqual(['strange']);
  });

  test('goes on after one that resists, and tries that again the next time', async () => {
    const { recover, states, provider } = setUp({ stuck: { moves: [] }, half: { moves: [] } });
    provider.onDestroy = async (id) => {
      if (id === 'stuck') throw new KubewrightError('LEAK', 'session stuck left something behind');
    };
    expect(await recover()).toMatchObject({
      reaped: ['half'],
      open: [{ session: 'stuck', reason: expect.stringContaining('left something') as string }],
    });
    expect(states()).toEqual({ stuck: 'provisioning', half: 'failed' });
    provider.onDestroy = async () => {};
    expect((await recover()).reaped).toEqual(['stuck']);
    expect(states()).toEqual({ stuck: 'failed', half: 'failed' });
  });

  test('in two processes at a time takes each session down once', async () => {
    const { recover, another, provider, states } = setUp({ one: { moves: [] }, two: { moves: ['stopping'] } });
    const both = await Promise.all([recover(), another()({ look: false, onSession: () => {} })]);
    expect(both.flatMap(({ reaped }) => reaped).toSorted()).toEqual(['one', 'two']);
    expect(provider.destroyed.toSorted()).toEqual(['one', 'two']);
    expect(states()).toEqual({ one: 'failed' });
  });

  test('a second time finds nothing to do', async () => {
    const { recover, provider } = setUp({
      half: { moves: [] },
      going: { moves: ['stopping'] },
      ok: { moves: ['ready'] },
    });
    await recover();
    const before = [...provider.destroyed];
    expect(await recover()).toEqual({ adopted: ['ok'], reaped: [], open: [], unknown: [] });
    expect(provider.destroyed).toEqual(before);
  });

  test('without an engine changes nothing and says so', async () => {
    const { recover, states, provider } = setUp({ half: { moves: [] }, whole: { moves: ['ready'] } });
    provider.list = async () => {
      throw new KubewrightError('ENGINE_UNREACHABLE', 'no Docker engine answers');
    };
    await expect(recover()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(states()).toEqual({ half: 'provisioning', whole: 'ready' });
  });
});
