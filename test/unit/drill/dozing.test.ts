import { describe, expect, test } from 'vitest';
import { createDozing } from '../../../engine/drill/dozing.ts';
import { createDrills } from '../../../engine/drill/drills.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import type { Terminal } from '../../../engine/providers/provider.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { fakesFor } from './fake-drills.ts';
import { FakeProvider } from './fake-world.ts';

const minute = 60_000;

async function setUp() {
  const folder = await makeScenarioFolder();
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const store = createSessionStore(openDatabase(':memory:'));
  const shelf = createShelf(folder.scenarios, folder.dependencies);
  const plain = createDrills({
    ...fakesFor(folder),
    ...{ provider, store, clock, scenarios: shelf },
  });
  const exams = new Set<string>();
  const scenario = { ...(await shelf.load('mend-the-door')) };
  const dozing = createDozing({
    ...{ provider, store, clock },
    loadFolder: async () => scenario,
    inExam: (session) => exams.has(session),
  });
  const typed: Uint8Array[] = [];
  const terminal = { start: 0, write: (bytes: Uint8Array) => typed.push(bytes) } as unknown as Terminal;
  const drills = dozing.around({ ...plain, openTerminal: async () => terminal });
  const over = new AbortController();
  const errors: unknown[] = [];
  const keep = () =>
    dozing.keep({
      afterMs: 10 * minute,
      signal: over.signal,
      onError: (session, error) => errors.push([session, error]),
    });
  const judged = async (beforeSubmit = () => {}) => {
    const { id } = await drills.start('mend-the-door', {});
    provider.world.door = 'open';
    beforeSubmit();
    await drills.finish(id);
    return id;
  };
  return { clock, provider, store, drills, scenario, exams, typed, over, errors, keep, judged };
}

const request = { id: 'student-1', on: 'student', cols: 80, rows: 24, fromOffset: 0 };

describe('a judged drill', () => {
  test('dozes when nobody has typed for a while, says so, and is woken by a key', async () => {
    const { clock, provider, drills, typed, over, keep, judged } = await setUp();
    const id = await judged();
    const kept = keep();
    await clock.sleep(9 * minute);
    expect(provider.still.has(id)).toBe(false);
    const shell = await drills.openTerminal(id, request);
    await clock.sleep(9 * minute);
    expect(provider.still.has(id)).toBe(false);
    await clock.sleep(minute + 10_000);
    expect(provider.still.has(id)).toBe(true);
    expect(await drills.session(id)).toMatchObject({ state: 'finished', dozes: true });
    expect((await drills.sessions())[0]).toMatchObject({ dozes: true });

    shell.write(new Uint8Array([104]));
    expect(typed).toHaveLength(1);
    await clock.sleep(1);
    expect(provider.still.has(id)).toBe(false);
    expect(await drills.session(id)).not.toHaveProperty('dozes');
    await clock.sleep(9 * minute);
    expect(provider.still.has(id)).toBe(false);
    over.abort();
    await kept;
  });

  test('runs when it is stopped or reset, and when the server ends', async () => {
    const { clock, provider, drills, over, keep, judged } = await setUp();
    const [first, second, third] = [await judged(), await judged(), await judged()];
    const kept = keep();
    await clock.sleep(11 * minute);
    expect([...provider.still]).toEqual([first, second, third]);
    const stoodStill: boolean[] = [];
    provider.onDestroy = async (session) => void stoodStill.push(provider.still.has(session));
    await drills.stop(first);
    await drills.reset(second, {});
    expect(stoodStill).toEqual([false, false]);
    over.abort();
    await kept;
    expect([...provider.still]).toEqual([]);
  });

  test('is left alone for a while when another process has woken it', async () => {
    const { clock, provider, over, errors, keep, judged } = await setUp();
    const id = await judged();
    const kept = keep();
    await clock.sleep(11 * minute);
    provider.still.delete(id);
    await clock.sleep(9 * minute);
    expect(provider.still.has(id)).toBe(false);
    await clock.sleep(2 * minute);
    expect(provider.still.has(id)).toBe(true);
    expect(errors).toEqual([]);
    over.abort();
    await kept;
  });

  test('that cannot be stopped is reported and tried again later', async () => {
    const { clock, provider, over, errors, keep, judged } = await setUp();
    const id = await judged();
    const refusal = new Error('the engine says no');
    provider.onStandStill = () => Promise.reject(refusal);
    const kept = keep();
    await clock.sleep(11 * minute);
    expect(errors).toEqual([[id, refusal]]);
    await clock.sleep(11 * minute);
    expect(errors).toHaveLength(2);
    expect(provider.still.has(id)).toBe(false);
    over.abort();
    await kept;
  });
});

describe('what never dozes', () => {
  test.each([
    'one that goes on',
    'one of an exam',
    'one of several control planes',
    'one that may be judged again',
  ])('a drill: %s', async (which) => {
    const { clock, provider, drills, scenario, exams, over, keep, judged } = await setUp();
    if (which === 'one that goes on') await drills.start('mend-the-door', {});
    else {
      const isInconclusive = which === 'one that may be judged again';
      const id = await judged(() => void (provider.world.witnessAnswers = !isInconclusive));
      if (which === 'one of an exam') exams.add(id);
      if (which === 'one of several control planes')
        Object.assign(scenario, { cluster: { ...scenario.cluster, controlPlanes: 3 } });
    }
    const kept = keep();
    await clock.sleep(60 * minute);
    expect([...provider.still]).toEqual([]);
    over.abort();
    await kept;
  });
});
