import { describe, expect, test } from 'vitest';
import { createDiskWatch, floorBytes } from '../../../engine/drill/disk-watch.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeProvider } from './fake-world.ts';

const mib = 2 ** 20;

/** A disk that sessions write to: what one has written is free again when it is destroyed. */
function setUp(written: Readonly<Record<string, number>>) {
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const store = createSessionStore(openDatabase(':memory:'));
  let free = floorBytes + 1_000 * mib;
  for (const [id, bytes] of Object.entries(written)) {
    store.add({ id, scenario: 'mend', folder: '/x', createdAt: 1, owner: ownProcess(), facts: {} });
    store.move(id, 'ready', { readyAt: 5 });
    provider.exists.set(id, new FakeCluster(id, provider.world, clock));
    provider.bytes.set(id, bytes);
    free -= bytes;
  }
  provider.onDestroy = async (id) => {
    free += provider.bytes.get(id) ?? 0;
    provider.bytes.delete(id);
  };
  const stopped: string[] = [];
  const errors: unknown[] = [];
  const ending = new AbortController();
  /** Looks so many times. */
  const watch = async (looks: number, freeBytes: () => Promise<number | undefined> = async () => free) => {
    let left = looks;
    await createDiskWatch({
      ...{ provider, store, clock },
      freeBytes: async () => {
        left -= 1;
        if (left <= 0) ending.abort(new Error('seen enough'));
        return freeBytes();
      },
    })({ signal: ending.signal, onStopped: (id) => stopped.push(id), onError: (error) => errors.push(error) });
  };
  return { provider, store, watch, stopped, errors };
}

describe('the watch of the disk', () => {
  test('does nothing while there is room', async () => {
    const { watch, provider, stopped } = setUp({ one: 100 * mib, two: 200 * mib });
    await watch(3);
    expect([stopped, provider.destroyed]).toEqual([[], []]);
  });

  test('stops the one that has written most, and no other once that is enough', async () => {
    const { watch, store, stopped, provider } = setUp({ quiet: 200 * mib, greedy: 900 * mib, other: 150 * mib });
    await watch(5);
    expect(stopped).toEqual(['greedy']);
    expect([...provider.exists.keys()]).toEqual(['quiet', 'other']);
    expect(store.get('greedy')).toMatchObject({
      state: 'failed',
      error: {
        message: expect.stringContaining('900 MiB') as string,
        remedy: expect.stringContaining('room') as string,
      },
    });
    expect(store.get('quiet')?.state).toBe('ready');
  });

  test('goes on until there is enough', async () => {
    const { watch, stopped } = setUp({ one: 1_500 * mib, two: 1_400 * mib, three: 10 * mib });
    await watch(6);
    expect(stopped).toEqual(['one', 'two']);
  });

  test('removes a judged one for good: its result is kept elsewhere', async () => {
    const { watch, store, stopped } = setUp({ judged: 1_200 * mib });
    store.conclude('judged', { readyAt: 5, at: 6, verdict: { exam: 'passed', operations: 'passed', checks: [] } });
    await watch(2);
    expect(stopped).toEqual(['judged']);
    expect(store.get('judged')).toBeUndefined();
  });

  test('leaves alone what somebody is making or unmaking', async () => {
    const { watch, store, provider, stopped } = setUp({ going: 1_200 * mib });
    store.move('going', 'stopping', { owner: ownProcess() });
    await watch(3);
    expect([stopped, provider.destroyed]).toEqual([[], []]);
  });

  test('goes on when a look or a stop fails', async () => {
    const { watch, provider, stopped, errors } = setUp({ greedy: 1_200 * mib });
    let asked = 0;
    const written = provider.written;
    provider.written = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the engine is busy');
      return written();
    };
    await watch(4);
    expect(errors.map(String)).toEqual(['Error: the engine is busy']);
    expect(stopped).toEqual(['greedy']);
  });

  test('ends where the disk of the engine cannot be seen', async () => {
    const { watch, stopped } = setUp({ greedy: 1_200 * mib });
    await watch(100, async () => undefined);
    expect(stopped).toEqual([]);
  });
});
