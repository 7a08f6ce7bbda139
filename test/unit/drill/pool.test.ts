import { describe, expect, test, vi } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { nameKind } from '../../../engine/drill/cluster-kind.ts';
import { createDrills } from '../../../engine/drill/drills.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { createPool, likeliest } from '../../../engine/drill/pool.ts';
import { createRecovery } from '../../../engine/drill/recover.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { fakesFor } from './fake-drills.ts';
import { FakeProvider } from './fake-world.ts';

const id = 'mend-the-door';

async function setUp() {
  const folder = await makeScenarioFolder();
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const store = createSessionStore(openDatabase(':memory:'));
  const shelf = createShelf(folder.scenarios, folder.dependencies);
  const image = { tag: 'node:1' };
  const nodeImage = async () => image.tag;
  const drills = createDrills({
    ...fakesFor(folder),
    ...{ provider, store, clock, nodeImage, scenarios: shelf },
  });
  const ids = Array.from({ length: 50 }, (_, index) => `ahead${index}`);
  const pool = createPool({
    ...{ provider, store, clock, nodeImage },
    newId: () => ids.shift() ?? 'none',
    scenarios: () => shelf.all(),
    passed: () => new Set(),
  });
  const over = new AbortController();
  const said: string[] = [];
  const errors: unknown[] = [];
  const keep = (size = 1) =>
    pool.keep({ size, signal: over.signal, onSay: (line) => said.push(line), onError: (it) => errors.push(it) });
  const waits = () => store.waiting.all().filter(({ readyAt }) => readyAt !== undefined);
  /** The scenarios are read from the disk: that takes time of its own, whatever the clock says. */
  const until = (holds: () => boolean) =>
    vi.waitFor(() => expect(holds()).toBe(true), { timeout: 30_000, interval: 1 });
  return { clock, provider, store, drills, pool, keep, over, said, errors, waits, until, image };
}

describe('a pool', () => {
  test('has a cluster waiting, says what it is and costs, and takes it down at its end', async () => {
    const { keep, pool, provider, over, waits, until, store, clock } = await setUp();
    provider.onCreate = async ({ onBegin }) => {
      // A golden state is made: nobody who takes the cluster would have waited for that.
      await clock.sleep(70_000);
      onBegin?.();
      await clock.sleep(20_000);
    };
    const kept = keep();
    await until(() => waits().length === 1);
    expect(provider.requests).toMatchObject([
      { session: 'ahead0', ahead: true, golden: 'make', markers: false, probes: [] },
    ]);
    expect(await pool.state()).toMatchObject({
      size: 1,
      waiting: [{ id: 'ahead0', scenarios: [id], tookMs: 20_000, memoryBytes: 600, versions: { from: '1.34' } }],
    });
    over.abort();
    await kept;
    expect(provider.destroyed).toEqual(['ahead0']);
    expect(store.waiting.all()).toEqual([]);
  });

  test('hands its cluster to the drill that wants one of its kind, and makes another', async () => {
    const { keep, drills, provider, over, waits, until } = await setUp();
    const kept = keep();
    await until(() => waits().length === 1);
    const row = await drills.start(id, {});
    expect(row).toMatchObject({ id: 'ahead0', state: 'ready' });
    expect(provider.adopted).toMatchObject([{ session: 'ahead0', probes: [{ service: 'town/web' }] }]);
    await until(() => waits().length === 1);
    expect(waits()[0]?.id).toBe('ahead1');
    over.abort();
    await kept;
    expect(provider.destroyed).toEqual(['ahead1']);
  });

  test('hands its cluster to a drill that is reset, whose own stands still and is taken down after the walk', async () => {
    const { keep, drills, provider, over, waits, until, store } = await setUp();
    const { id: session } = await drills.start(id, {});
    const kept = keep();
    await until(() => waits().length === 1);
    const going = Promise.withResolvers<void>();
    provider.onDestroy = () => going.promise;
    const former: { stillInWalk?: boolean; thereInWalk?: boolean } = {};
    provider.onAdopt = async () => {
      former.stillInWalk = provider.still.has(session);
      former.thereInWalk = provider.destroyed.length === 0;
    };
    const row = await drills.reset(session, {});
    expect(row).toMatchObject({ id: session, cluster: 'ahead0', state: 'ready' });
    expect(former).toEqual({ stillInWalk: true, thereInWalk: true });
    await until(() => provider.destroyed.length === 1);
    expect(provider.destroyed).toEqual([session]);
    expect(store.discarded.all()).toEqual([{ id: session, owner: ownProcess() }]);
    expect((await drills.open(session)).cluster.session).toBe('ahead0');
    going.resolve();
    await until(() => store.discarded.all().length === 0);
    expect(provider.exists.has(session)).toBe(false);

    // Without one that waits, the one it has is made again.
    await until(() => waits().length === 1);
    expect(await drills.reset(session, { golden: 'never' })).toMatchObject({ id: session, cluster: 'ahead0' });
    expect(provider.requests.at(-1)).toMatchObject({ session: 'ahead0', golden: 'never' });
    await drills.stop(session);
    over.abort();
    await kept;
    expect([...provider.exists.keys()]).toEqual([]);
  });

  test('leaves to recovery what a drill that was reset had and could not take down', async () => {
    const { keep, drills, provider, over, waits, until, store, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    const kept = keep();
    await until(() => waits().length === 1);
    provider.onDestroy = async () => {
      throw new KubewrightError('LEAK', 'a volume is left');
    };
    expect(await drills.reset(session, {})).toMatchObject({ id: session, state: 'ready' });
    await drills.close();
    expect(store.discarded.all()).toEqual([{ id: session }]);
    provider.onDestroy = async () => {};
    const recover = createRecovery({ provider, store, clock });
    expect(await recover({ look: true, onSession: () => {} })).toMatchObject({ reaped: [session], open: [] });
    expect(store.get(session)).toMatchObject({ state: 'ready', cluster: 'ahead0' });
    over.abort();
    await kept;
  });

  test('keeps its cluster when the drill that would take it cannot be reset now', async () => {
    const { keep, drills, over, waits, until, store } = await setUp();
    const { id: session } = await drills.start(id, {});
    const kept = keep();
    await until(() => waits().length === 1);
    store.move(session, 'stopping', { owner: ownProcess() });
    await expect(drills.reset(session, {})).rejects.toMatchObject({ code: 'SESSION_STATE' });
    expect(waits().map((it) => it.id)).toEqual(['ahead0']);
    expect(store.discarded.all()).toEqual([]);
    over.abort();
    await kept;
  });

  test('lets its cluster doze until it is taken', async () => {
    const { keep, drills, provider, over, waits, until, clock } = await setUp();
    const kept = keep();
    await until(() => provider.still.has('ahead0'));
    let stoodStill: boolean | undefined;
    provider.onAdopt = async ({ session }) => {
      // Long enough for a doze that goes on to show.
      await provider.wake(session);
      await clock.sleep(60_000);
      stoodStill = provider.still.has(session);
    };
    await drills.start(id, {});
    expect(stoodStill).toBe(false);
    await until(() => waits().length === 1 && provider.still.has('ahead1'));
    over.abort();
    await kept;
    expect([...provider.still]).toEqual([]);
  });

  test('none is taken that is of another image, still being made, or not wanted', async () => {
    const { keep, drills, over, waits, until, image, store, provider } = await setUp();
    const kept = keep();
    await until(() => waits().length === 1);
    expect((await drills.start(id, { golden: 'never' })).id).not.toBe('ahead0');
    image.tag = 'node:2';
    expect((await drills.start(id, {})).id).not.toBe('ahead0');
    image.tag = 'node:1';
    over.abort();
    await kept;
    const { kind } = { kind: nameKind({ shape: oneWorker, minor: '1.34', upgradeTo: undefined }, 'node:1') };
    store.waiting.add({ id: 'young', kind, owner: ownProcess() });
    expect((await drills.start(id, {})).id).not.toBe('young');
    expect(provider.adopted).toEqual([]);
  });

  test('a cluster that does not answer any more is replaced under the same id', async () => {
    const { keep, drills, over, waits, until, provider } = await setUp();
    const kept = keep();
    await until(() => waits().length === 1);
    provider.onAdopt = async () => {
      throw new KubewrightError('COMMAND_FAILED', 'the witness is not there');
    };
    const row = await drills.start(id, {});
    expect(row).toMatchObject({ id: 'ahead0', state: 'ready' });
    expect(provider.requests.filter(({ session }) => session === 'ahead0').map(({ ahead }) => ahead)).toEqual([
      true,
      undefined,
    ]);
    over.abort();
    await kept;
    expect(provider.exists.has('ahead0')).toBe(true);
  });

  test('waits while a session is made, and after a failure; what is old or has lost a part goes', async () => {
    const { keep, over, store, until, waits, provider, errors, clock } = await setUp();
    store.add({ id: 'learner', scenario: id, folder: '/x', createdAt: 1, owner: ownProcess(), facts: {} });
    provider.admit = async () => {
      throw new KubewrightError('DISK_LOW', 'the disk is full');
    };
    const kept = keep();
    await clock.sleep(10_000);
    expect(errors).toEqual([]);
    store.move('learner', 'ready', { readyAt: 1 });
    await until(() => errors.length === 1);
    provider.admit = async () => {};
    expect(provider.requests).toEqual([]);
    await until(() => waits().length === 1);
    provider.lost.set('ahead0', ['w1']);
    await until(() => waits()[0]?.id === 'ahead1');
    await clock.sleep(6 * 3_600_000);
    await until(() => waits()[0]?.id === 'ahead2');
    expect(provider.destroyed).toEqual(['ahead0', 'ahead1']);
    over.abort();
    await kept;
  });

  test('nothing is left of a cluster whose making failed', async () => {
    const { keep, over, store, until, provider, errors } = await setUp();
    provider.onCreate = async () => {
      throw new KubewrightError('PROVISION_FAILED', 'no luck');
    };
    const kept = keep();
    await until(() => errors.length === 1);
    expect(store.waiting.all()).toEqual([]);
    expect(provider.destroyed).toEqual(['ahead0']);
    over.abort();
    await kept;
  });
});

const oneWorker = { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 };

describe('what is made ahead', () => {
  const kind = (workers: number) => ({ shape: { ...oneWorker, workers }, minor: '1.34', upgradeTo: undefined });
  const kinds = new Map([
    ['two', { kind: kind(2), scenarios: ['a', 'b', 'c', 'd'] }],
    ['none', { kind: kind(0), scenarios: ['e', 'f', 'g'] }],
  ]);
  const next = (waiting: readonly string[], passed: readonly string[] = []) =>
    likeliest(
      kinds,
      waiting.map((name) => ({ kind: name })),
      new Set(passed),
    )?.name;

  test('is what most scenarios want that were not passed', () => {
    expect(next([])).toBe('two');
    expect(next([], ['a', 'b'])).toBe('none');
    expect(next([], ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('two');
  });

  test('is shared out when there is room for several', () => {
    expect(next(['two'])).toBe('none');
    expect(next(['two', 'none'])).toBe('two');
  });

  test('is of the same kind only when machines, versions and image are the same', () => {
    const name = nameKind(kind(1), 'node:1');
    expect(nameKind({ ...kind(1), shape: { ...oneWorker, name: 'other' } }, 'node:1')).toBe(name);
    const others = [
      nameKind(kind(2), 'node:1'),
      nameKind({ ...kind(1), minor: '1.35' }, 'node:1'),
      nameKind({ ...kind(1), upgradeTo: '1.35' }, 'node:1'),
      nameKind({ ...kind(1), shape: { ...oneWorker, spares: 1 } }, 'node:1'),
      nameKind(kind(1), 'node:2'),
    ];
    expect(others).not.toContain(name);
    expect(new Set(others).size).toBe(others.length);
  });
});
