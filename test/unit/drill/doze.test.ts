import { describe, expect, test } from 'vitest';
import { doze } from '../../../engine/drill/doze.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeProvider } from './fake-world.ts';

const session = 'abc234';

/** A cluster whose kubelets renew their leases so long after each awakening, and what happens to it, with its second. */
async function setUp(renewedAfterMs = 0) {
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const { nodes, kube } = await provider.create({ session } as never);
  const startedAt = clock.now();
  const seconds = () => Math.round((clock.now() - startedAt) / 100) / 10;
  const seen: string[] = [];
  let awakeSince = startedAt;
  const { wake, standStill } = provider;
  provider.standStill = async (it) => {
    await standStill.call(provider, it);
    seen.push(`${seconds()} still`);
  };
  provider.wake = async (it) => {
    if (!provider.still.has(it)) return;
    await wake(it);
    awakeSince = clock.now();
    seen.push(`${seconds()} awake`);
  };
  Object.assign(kube, {
    list: async () => {
      const renewTime = clock.now() - awakeSince < renewedAfterMs ? new Date(startedAt - 5_000) : new Date(clock.now());
      return nodes.map(({ name }) => ({ metadata: { name }, spec: { renewTime } }));
    },
  });
  const over = new AbortController();
  let isFree = true;
  const dozing = () => doze({ provider, clock }, session, { isFree: () => isFree, signal: over.signal });
  return { clock, provider, kube, seen, over, dozing, take: () => void (isFree = false) };
}

describe('a cluster that dozes', () => {
  test('stands still for 25 s at a time and runs until its kubelets have spoken', async () => {
    const { clock, seen, over, dozing } = await setUp(2_000);
    const dozed = dozing();
    await clock.sleep(70_000);
    over.abort();
    await dozed;
    expect(seen).toEqual(['0 still', '25 awake', '27.5 still', '52.5 awake', '55 still', '70 awake']);
  });

  test('does not wait for kubelets that stay silent, nor for an API server that does not answer', async () => {
    const silent = await setUp(Number.POSITIVE_INFINITY);
    const dozed = silent.dozing();
    await silent.clock.sleep(40_000);
    silent.over.abort();
    await dozed;
    expect(silent.seen).toEqual(['0 still', '25 awake', '35.5 still', '40 awake']);

    const down = await setUp();
    Object.assign(down.kube, { list: () => Promise.reject(new Error('the API server does not answer')) });
    const dozedToo = down.dozing();
    await down.clock.sleep(30_000);
    down.over.abort();
    await dozedToo;
    expect(down.seen).toEqual(['0 still', '25 awake', '25.5 still', '30 awake']);
  });

  test('is left alone when somebody else has woken it', async () => {
    const { clock, provider, seen, dozing } = await setUp();
    const dozed = dozing();
    await clock.sleep(10_000);
    provider.still.delete(session);
    await dozed;
    expect(seen).toEqual(['0 still']);
    expect(provider.still.has(session)).toBe(false);
  });

  test('runs when it was taken while it was being stopped', async () => {
    const { provider, seen, dozing, take } = await setUp();
    provider.onStandStill = async () => take();
    await dozing();
    expect(seen).toEqual(['0 still', '0 awake']);
  });

  test('is not stopped when it was taken before, and runs when it cannot be stopped', async () => {
    const taken = await setUp();
    taken.take();
    await taken.dozing();
    expect(taken.seen).toEqual([]);

    const failing = await setUp();
    failing.provider.onStandStill = async () => {
      throw new Error('the engine says no');
    };
    await expect(failing.dozing()).rejects.toThrow('the engine says no');
    expect(failing.provider.still.has(session)).toBe(false);
  });
});
