import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { createDrills } from '../../../engine/drill/drills.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { walk } from '../../../engine/drill/walk.ts';
import type { StepProgress } from '../../../engine/engine.ts';
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
  const database = openDatabase(':memory:');
  const store = createSessionStore(database);
  const make = (scenarios = folder.scenarios) =>
    createDrills({
      ...fakesFor(folder),
      provider,
      store,
      clock,
      scenarios: createShelf(scenarios, folder.dependencies),
      kubeadmFlags: async () => '--flag',
    });
  const results = () => database.prepare('SELECT session, exam, operations FROM result').all();
  return { folder, clock, provider, world: provider.world, store, make, drills: make(), results };
}

/** A promise that somebody else settles. */
function createGate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a start', () => {
  test('walks every step and hands a ready session over', async () => {
    const { drills, provider, clock } = await setUp();
    const steps: StepProgress[] = [];
    let told = '';
    const row = await drills.start(id, {
      onSession: (session) => (told = session),
      onStep: (step) => steps.push(step),
    });
    expect(row).toMatchObject({ id: told, scenario: id, state: 'ready', readyAt: new Date(clock.now()).toISOString() });
    expect(row.id).toMatch(/^[a-z2-9]{6}$/);
    const names = walk.map(({ name }) => name);
    expect(steps.filter(({ state }) => state === 'done').map(({ step }) => step)).toEqual(names);
    expect(row.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(names.map((name) => `${name} done`));
    expect(provider.requests).toMatchObject([
      { session: told, minor: '1.34', shape: { name: 'one-worker' }, probes: [{ service: 'town/web' }] },
    ]);
    expect(await drills.sessions()).toEqual([row]);
    expect(await drills.session(told)).toEqual(row);
  });

  test('journals the session before the cluster is made, with who is at work on it', async () => {
    const { drills, provider, store } = await setUp();
    let seen: unknown;
    provider.onCreate = async ({ session }) => {
      seen = store.get(session);
    };
    await drills.start(id, {});
    expect(seen).toMatchObject({
      state: 'provisioning',
      owner: ownProcess(),
      facts: { KUBEADM_FLAGS: '--flag', FROM_VERSION: '1.34.4' },
    });
  });

  test('keeps what the checks said on the healthy and on the broken cluster', async () => {
    const { drills } = await setUp();
    const { id: session } = await drills.start(id, {});
    expect(drills.proof(session).healthy).toMatchObject([{ id: 'never-down', result: 'passed' }]);
    expect(drills.proof(session).broken).toMatchObject([{ id: 'opened', result: 'failed' }]);
    expect(drills.proof('nobody')).toEqual({});
  });

  test('of an unknown scenario makes nothing', async () => {
    const { drills, provider, store } = await setUp();
    await expect(drills.start('mend-the-dor', {})).rejects.toMatchObject({
      code: 'SCENARIO_UNKNOWN',
      message: expect.stringContaining('mend-the-door') as string,
    });
    expect(store.all()).toEqual([]);
    expect(provider.requests).toEqual([]);
  });

  test('without an engine leaves no session behind', async () => {
    const { drills, store, provider } = await setUp();
    provider.admit = () => Promise.reject(new KubewrightError('ENGINE_UNREACHABLE', 'no Docker engine answers'));
    await expect(drills.start(id, {})).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(store.all()).toEqual([]);
  });

  test('whose cluster cannot be made is kept as failed with the reason, and everything is taken down', async () => {
    const { drills, provider } = await setUp();
    provider.onCreate = async () => {
      throw new KubewrightError('PROVISION_FAILED', 'kind said no', { remedy: 'Look there.' });
    };
    await expect(drills.start(id, {})).rejects.toMatchObject({ code: 'PROVISION_FAILED' });
    const [row] = await drills.sessions();
    expect(row).toMatchObject({ state: 'failed', error: { message: 'kind said no', remedy: 'Look there.' } });
    expect(row?.steps.map(({ state }) => state)).toEqual(['failed', ...walk.slice(1).map(() => 'waiting')]);
    expect(provider.exists.size).toBe(0);
    await drills.stop(row?.id ?? '');
    expect(await drills.sessions()).toEqual([]);
  });

  test('whose fault does not take hold is inconclusive, never ready', async () => {
    const { drills, provider, world } = await setUp();
    world.faultWorks = false;
    await expect(drills.start(id, {})).rejects.toMatchObject({
      code: 'FAULT_NOT_PROVEN',
      exitCode: 4,
      message: 'the fault door-jammed did not take hold: the door is open',
    });
    expect(provider.exists.size).toBe(0);
    expect(await drills.sessions()).toMatchObject([{ state: 'failed' }]);
  });

  test('whose fault cannot be looked at for a moment looks again, and tells why when it stays so', async () => {
    const { drills, world } = await setUp();
    const silent = () => new KubewrightError('COMMAND_FAILED', 'the API server does not answer');
    world.doorHides.push(silent(), silent());
    expect(await drills.start(id, {})).toMatchObject({ state: 'ready' });
    world.door = 'open';
    world.doorHides.push(...Array.from({ length: 100 }, silent));
    await expect(drills.start(id, {})).rejects.toMatchObject({
      code: 'FAULT_NOT_PROVEN',
      message: 'the fault door-jammed did not take hold: the API server does not answer',
    });
    world.door = 'open';
    world.doorHides.length = 0;
    world.doorHides.push(new TypeError('a defect of ours'));
    await expect(drills.start(id, {})).rejects.toThrow('a defect of ours');
  });

  test('on a service that does not answer never gets as far as the fault', async () => {
    const { drills, world } = await setUp();
    world.serviceAnswers = false;
    await expect(drills.start(id, {})).rejects.toMatchObject({
      code: 'STEADY_STATE_FAILED',
      message: expect.stringContaining('town/web through w1 does not answer yet') as string,
    });
    expect(world.door).toBe('open');
  });

  test('waits for an API server that misses a few questions', async () => {
    const { drills, world, clock } = await setUp();
    world.apiAnswers = false;
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      // The applications are deployed and waited for with retries: it is back within the minute.
      if (clock.monotonic() > 30_000) world.apiAnswers = true;
      return sleep(ms, signal);
    };
    expect(await drills.start(id, {})).toMatchObject({ state: 'ready' });
  });

  test('that cannot be taken down says so instead of losing it', async () => {
    const { drills, provider } = await setUp();
    const abort = new AbortController();
    provider.onCreate = async () => abort.abort(new KubewrightError('INTERRUPTED', 'Ctrl-C'));
    provider.onDestroy = async () => Promise.reject(new KubewrightError('LEAK', 'a network is left'));
    await expect(drills.start(id, { signal: abort.signal })).rejects.toMatchObject({ code: 'LEAK' });
    expect(await drills.sessions()).toMatchObject([{ state: 'failed' }]);
    provider.onDestroy = async () => {};
    const [row] = await drills.sessions();
    await drills.stop(row?.id ?? '');
    expect(provider.exists.size).toBe(0);
  });

  test('that is interrupted leaves neither a row nor a cluster', async () => {
    const { drills, provider } = await setUp();
    const abort = new AbortController();
    provider.onCreate = async () => abort.abort();
    await expect(drills.start(id, { signal: abort.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 130,
    });
    expect(await drills.sessions()).toEqual([]);
    expect(provider.exists.size).toBe(0);
  });

  test('twice gives two sessions with clusters of their own', async () => {
    const { drills, provider } = await setUp();
    const [one, two] = await Promise.all([drills.start(id, {}), drills.start(id, {})]);
    expect(one.id).not.toBe(two.id);
    expect([...provider.exists.keys()].toSorted()).toEqual([one.id, two.id].toSorted());
    await drills.stop(one.id);
    expect(await drills.sessions()).toMatchObject([{ id: two.id, state: 'ready' }]);
  });

  test('remembers the scenario by a path that is good from every folder', async () => {
    const { make, folder, store } = await setUp();
    const { id: session } = await make(relative(process.cwd(), folder.scenarios)).start(id, {});
    expect(store.get(session)?.folder).toBe(folder.folder);
  });
});

describe('a stop', () => {
  test('of a ready session takes it down and forgets it', async () => {
    const { drills, provider } = await setUp();
    const { id: session } = await drills.start(id, {});
    const steps: StepProgress[] = [];
    const cluster = provider.exists.get(session);
    await drills.stop(session, { onStep: (step) => steps.push(step) });
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual(['teardown running', 'teardown done']);
    expect(await drills.sessions()).toEqual([]);
    expect(provider.exists.size).toBe(0);
    expect(cluster?.closed).toBe(true);
    await expect(drills.stop(session)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });

  test('during provisioning ends the walk, and waits until all is taken down', async () => {
    const { drills, provider, store } = await setUp();
    const begun = createGate();
    provider.onCreate = ({ signal }) => {
      begun.open();
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    let session = '';
    const starting = drills.start(id, { onSession: (it) => (session = it) }).catch((error: unknown) => error);
    await begun.opened;
    await drills.stop(session);
    expect(store.all()).toEqual([]);
    expect(provider.exists.size).toBe(0);
    expect(await starting).toMatchObject({ code: 'INTERRUPTED' });
  });

  test('at the very moment a session is journalled still ends its walk', async () => {
    const { drills, provider, store } = await setUp();
    let stopping: Promise<void> | undefined;
    const starting = drills.start(id, {
      onSession: (session) => {
        // The next turn: what a page does that presses Stop at once.
        stopping = Promise.resolve().then(() => drills.stop(session));
      },
    });
    await expect(starting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await stopping;
    expect(store.all()).toEqual([]);
    expect(provider.exists.size).toBe(0);
  });

  test('of a session that another process is making is refused, and says whose it is', async () => {
    const { drills, store, provider } = await setUp();
    const owner = ownProcess(process.ppid);
    store.add({ id: 'others', scenario: id, folder: '/x', createdAt: 1, owner, facts: {} });
    await expect(drills.stop('others')).rejects.toMatchObject({
      code: 'SESSION_STATE',
      message: `session others is still being provisioned by process ${process.ppid}`,
    });
    expect(provider.destroyed).toEqual([]);
  });

  test('of a session whose maker is dead takes down what is there', async () => {
    const { drills, store, provider } = await setUp();
    store.add({ id: 'orphan', scenario: id, folder: '/x', createdAt: 1, owner: '999999999:1', facts: {} });
    await drills.stop('orphan');
    expect(provider.destroyed).toEqual(['orphan']);
    expect(store.all()).toEqual([]);
  });

  test('that fails leaves the session to be stopped again', async () => {
    const { drills, provider } = await setUp();
    const { id: session } = await drills.start(id, {});
    provider.onDestroy = async () => Promise.reject(new KubewrightError('LEAK', 'a volume is left'));
    await expect(drills.stop(session)).rejects.toMatchObject({ code: 'LEAK' });
    expect(await drills.sessions()).toMatchObject([{ id: session, state: 'stopping' }]);
    provider.onDestroy = async () => {};
    await drills.stop(session);
    expect(await drills.sessions()).toEqual([]);
  });
});

describe('a check', () => {
  test('is a snapshot: it changes with the work and nothing becomes final', async () => {
    const { drills, world, results } = await setUp();
    const { id: session } = await drills.start(id, {});
    expect(await drills.check(session)).toMatchObject({ exam: 'failed', operations: 'failed' });
    world.door = 'open';
    expect(await drills.check(session)).toMatchObject({ exam: 'passed', operations: 'passed' });
    expect(await drills.session(session)).toMatchObject({ state: 'ready' });
    expect(results()).toEqual([]);
  });

  test('does not blame the learner for what was before the session was theirs', async () => {
    const { drills, world, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    clock.pass(60_000);
    world.serviceAnswers = false;
    expect(await drills.check(session)).toMatchObject({ operations: 'failed' });
    world.serviceAnswers = true;
    const verdict = await drills.check(session);
    expect(verdict.checks.find((check) => check.id === 'never-down')?.result).toBe('failed');
  });

  test('lets events happen whose condition holds, with the token of the session filled in', async () => {
    const { drills, world, store } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.door = 'open';
    await drills.check(session);
    const token = store.get(session)?.facts['SESSION_TOKEN'] ?? 'none';
    expect(token).toMatch(/^[0-9a-f]{16}$/);
    expect(world.files.get('student:/opt/guest')).toBe(`hello ${token}`);
    expect(Object.keys(store.get(session)?.happened ?? {})).toEqual(['guest']);
  });

  test('of a session in the wrong state is refused in words', async () => {
    const { drills, store } = await setUp();
    store.add({ id: 'young', scenario: id, folder: '/x', createdAt: 1, owner: ownProcess(), facts: {} });
    for (const act of [drills.check, drills.finish, drills.letEventsHappen, drills.open, drills.lookAgain]) {
      await expect(act('young')).rejects.toMatchObject({
        code: 'SESSION_STATE',
        message: 'session young is still being provisioned',
      });
    }
    store.move('young', 'failed');
    await expect(drills.check('young')).rejects.toMatchObject({ message: 'session young is failed' });
  });

  test('by another process opens the cluster once and uses what the store knows', async () => {
    const { drills, make, provider, world } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.door = 'open';
    const other = make();
    expect(await other.check(session)).toMatchObject({ exam: 'passed' });
    await other.check(session);
    expect(provider.opened).toEqual([session]);
    await other.close();
    expect(provider.exists.get(session)?.closed).toBe(true);
  });

  test('asks again for a cluster that could not be opened', async () => {
    const { drills, make, provider } = await setUp();
    const { id: session } = await drills.start(id, {});
    const cluster = provider.exists.get(session);
    const other = make();
    provider.exists.delete(session);
    await expect(other.check(session)).rejects.toThrow('there is no cluster');
    if (cluster !== undefined) provider.exists.set(session, cluster);
    expect(await other.check(session)).toMatchObject({ exam: 'failed' });
  });

  test('that is interrupted says so and gives no verdict', async () => {
    const { drills } = await setUp();
    const { id: session } = await drills.start(id, {});
    const signal = AbortSignal.abort(new KubewrightError('INTERRUPTED', 'Ctrl-C'));
    await expect(drills.check(session, { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('a finish', () => {
  test('stores one result and answers with the stored verdict from then on', async () => {
    const { drills, world, results } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.door = 'open';
    const verdict = await drills.finish(session);
    expect(verdict).toMatchObject({ exam: 'passed', operations: 'passed' });
    world.door = 'jammed';
    expect(await drills.finish(session)).toEqual(verdict);
    expect(await drills.check(session)).toEqual(verdict);
    expect(await drills.lookAgain(session)).toMatchObject({ exam: 'failed' });
    expect(results()).toEqual([{ session, exam: 'passed', operations: 'passed' }]);
    expect(await drills.session(session)).toMatchObject({ state: 'finished', verdict });
  });

  test('twice at once gives one verdict and one result', async () => {
    const { drills, results, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    const [first, second] = await Promise.all([drills.finish(session), drills.finish(session)]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ exam: 'failed' });
    expect(results()).toHaveLength(1);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(120_000);
  });

  test('waits for what converges after Submit', async () => {
    const { drills, world, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    const sleep = clock.sleep.bind(clock);
    let polls = 0;
    clock.sleep = (ms, signal) => {
      if (ms === 1_000) polls += 1;
      if (polls === 60) world.door = 'open';
      return sleep(ms, signal);
    };
    expect(await drills.finish(session)).toMatchObject({ exam: 'passed' });
    expect(polls).toBe(60);
  });

  test('that was inconclusive looks again at what could not be read, and what was judged stands', async () => {
    const { drills, world, results, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.witnessAnswers = false;
    const first = await drills.finish(session);
    expect(first.operations).toBe('inconclusive');
    expect(first.checks.map(({ id: check, result }) => `${check} ${result}`)).toEqual([
      'opened failed',
      'never-down errored',
    ]);
    expect(await drills.check(session)).toEqual(first);
    const finishedAt = (await drills.session(session)).finishedAt;
    clock.pass(60_000);
    // Still nothing to be read: it stays inconclusive and can be tried once more.
    expect(await drills.finish(session)).toEqual(first);
    world.witnessAnswers = true;
    world.door = 'open';
    const second = await drills.finish(session);
    expect(second.checks.map(({ id: check, result }) => `${check} ${result}`)).toEqual([
      'opened failed',
      'never-down passed',
    ]);
    expect(second).toMatchObject({ exam: 'failed', operations: 'failed' });
    expect(await drills.finish(session)).toEqual(second);
    expect(results()).toEqual([{ session, exam: 'failed', operations: 'failed' }]);
    expect(await drills.session(session)).toMatchObject({ state: 'finished', finishedAt, verdict: second });
  });

  test('that was inconclusive stands when its cluster is gone', async () => {
    const { drills, world, provider, make } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.witnessAnswers = false;
    const first = await drills.finish(session);
    provider.open = async () => {
      throw new KubewrightError('SESSION_UNKNOWN', 'there is no cluster');
    };
    expect(await make().finish(session)).toEqual(first);
  });

  test('that is interrupted leaves the drill open', async () => {
    const { drills, results } = await setUp();
    const { id: session } = await drills.start(id, {});
    const abort = new AbortController();
    const finishing = drills.finish(session, { signal: abort.signal });
    setImmediate(() => abort.abort(new KubewrightError('INTERRUPTED', 'Ctrl-C')));
    await expect(finishing).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await drills.session(session)).toMatchObject({ state: 'ready' });
    expect(results()).toEqual([]);
  });

  test('no longer lets events happen or procedures run', async () => {
    const { drills, world } = await setUp();
    const { id: session } = await drills.start(id, {});
    await drills.finish(session);
    world.door = 'open';
    await drills.letEventsHappen(session);
    expect(world.files.get('student:/opt/guest')).toBeUndefined();
    await expect(drills.solve(session, { script: 'solution' })).rejects.toMatchObject({
      code: 'SESSION_STATE',
      message: `session ${session} is finished`,
    });
  });
});

describe('a procedure', () => {
  test('runs on the student host as an argument, with the variables and without the token', async () => {
    const { drills, world, store } = await setUp();
    const { id: session } = await drills.start(id, {});
    expect(await drills.solve(session, { script: 'solution' })).toMatchObject({ exitCode: 0 });
    const [ran] = world.ran;
    const text = expect.stringContaining('kubectl get nodes');
    expect(ran?.argv).toEqual(['bash', '-c', expect.any(String), 'procedure', text]);
    expect(ran?.env).toMatchObject({ FROM: '1.34', FROM_ETCD: '3.6.5-0', WORKER_1: 'w1', KUBEADM_FLAGS: '--flag' });
    expect(JSON.stringify(ran)).not.toContain(store.get(session)?.facts['SESSION_TOKEN']);
  });

  test('that fails gives its exit code, and events happen while it runs', async () => {
    const { drills, world, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.onScript = async () => {
      world.door = 'open';
      while (!world.files.has('student:/opt/guest')) await clock.sleep(1_000);
      return 7;
    };
    expect(await drills.solve(session, { script: { wrong: 'kicked' } })).toMatchObject({ exitCode: 7 });
  });

  test('whose end was not seen is no procedure that ended with 0', async () => {
    const { drills, world } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.streamIsCut = true;
    await expect(drills.solve(session, { script: 'solution' })).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: 'the Docker engine lost sight of the procedure before it ended',
    });
  });

  test('goes on although a look for events fails', async () => {
    const { drills, world, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.onScript = async () => {
      world.door = 'open';
      world.studentAnswers = false;
      while (world.refusedWrites < 2) await clock.sleep(1_000);
      return 0;
    };
    expect(await drills.solve(session, { script: { alternative: 'unscrewed' } })).toMatchObject({ exitCode: 0 });
  });

  test('that does not exist is refused with those that do', async () => {
    const { drills, world } = await setUp();
    const { id: session } = await drills.start(id, {});
    await expect(drills.solve(session, { script: { wrong: 'kickd' } })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'mend-the-door has no wrong procedure "kickd"; there are: kicked, painted, walled-up',
    });
    await expect(drills.solve(session, { script: { alternative: 'kicked' } })).rejects.toMatchObject({ code: 'USAGE' });
    expect(world.ran).toEqual([]);
  });
});

describe('a reset', () => {
  test('gives the same session a fresh cluster, a new token and no verdict', async () => {
    const { drills, provider, store, world } = await setUp();
    const { id: session } = await drills.start(id, {});
    world.door = 'open';
    await drills.finish(session);
    const before = store.get(session);
    const old = provider.exists.get(session);
    const row = await drills.reset(session, {});
    expect(row).toMatchObject({ id: session, state: 'ready' });
    expect(row.verdict).toBeUndefined();
    expect(store.get(session)?.facts['SESSION_TOKEN']).not.toBe(before?.facts['SESSION_TOKEN']);
    expect(store.get(session)?.happened).toEqual({});
    expect(old?.closed).toBe(true);
    expect(provider.exists.get(session)).not.toBe(old);
    expect(await drills.check(session)).toMatchObject({ exam: 'failed' });
  });

  test('by one process is noticed by the others', async () => {
    const { drills, make, provider, clock } = await setUp();
    const { id: session } = await drills.start(id, {});
    const page = make();
    await page.check(session);
    clock.pass(1_000);
    await drills.reset(session, {});
    await page.check(session);
    expect(provider.opened).toEqual([session, session]);
  });

  test('whose cluster cannot be taken down is kept as failed, never as provisioning for ever', async () => {
    const { drills, provider } = await setUp();
    const { id: session } = await drills.start(id, {});
    provider.onDestroy = async () => Promise.reject(new KubewrightError('LEAK', 'a volume is left'));
    await expect(drills.reset(session, {})).rejects.toMatchObject({ code: 'LEAK' });
    expect(await drills.session(session)).toMatchObject({ state: 'failed', error: { message: 'a volume is left' } });
  });

  test('of a scenario that no longer loads is kept as failed with the reason', async () => {
    const { drills, folder, provider } = await setUp();
    const { id: session } = await drills.start(id, {});
    await folder.write(`${folder.folder}/scenario.yaml`, 'kind: Nothing\n');
    await expect(drills.reset(session, {})).rejects.toMatchObject({ code: 'SCENARIO_INVALID' });
    expect(await drills.session(session)).toMatchObject({ state: 'failed' });
    expect(provider.exists.size).toBe(0);
  });

  test('of a session that is not there or not ready is refused', async () => {
    const { drills, store } = await setUp();
    await expect(drills.reset('nobody', {})).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    store.add({ id: 'young', scenario: id, folder: '/x', createdAt: 1, owner: ownProcess(), facts: {} });
    await expect(drills.reset('young', {})).rejects.toMatchObject({ code: 'SESSION_STATE' });
  });

  test('can be stopped while the old cluster is being taken down', async () => {
    const { drills, provider, store } = await setUp();
    const { id: session } = await drills.start(id, {});
    const begun = createGate();
    const go = createGate();
    provider.onDestroy = async () => {
      begun.open();
      await go.opened;
    };
    const resetting = drills.reset(session, {}).catch((error: unknown) => error);
    await begun.opened;
    const stopping = drills.stop(session);
    go.open();
    await stopping;
    expect(await resetting).toMatchObject({ code: 'INTERRUPTED' });
    expect(provider.requests).toHaveLength(1);
    expect(store.all()).toEqual([]);
    expect(provider.exists.size).toBe(0);
  });
});

describe('what the page asks', () => {
  test('a session that is not there is unknown to every act', async () => {
    const { drills } = await setUp();
    const acts = [drills.session, drills.desk, drills.check, drills.finish, drills.stop, drills.open];
    for (const act of acts) await expect(act('nobody')).rejects.toMatchObject({ code: 'SESSION_UNKNOWN', exitCode: 2 });
  });

  test('the catalogue and the page of a scenario', async () => {
    const { drills } = await setUp();
    expect(await drills.scenarios()).toEqual([
      {
        id,
        title: 'Mend the door',
        domain: 'troubleshooting',
        minutes: 5,
        difficulty: 'easy',
        versions: { from: '1.34' },
      },
    ]);
    expect(await drills.scenario(id)).toMatchObject({
      id,
      teaser: 'The door of w1 is stuck.',
      shape: { name: 'one-worker', controlPlanes: 1, workers: 1 },
      tasks: [{ id: 'open', points: 5 }],
    });
  });

  test('the desk has the machines by name and role, and the task in words', async () => {
    const { drills } = await setUp();
    const { id: session } = await drills.start(id, {});
    const desk = await drills.desk(session);
    expect(desk.machines).toEqual([
      { name: 'student', role: 'student' },
      { name: 'cp1', role: 'control-plane' },
      { name: 'w1', role: 'worker' },
    ]);
    expect(desk.tasks).toMatchObject([{ id: 'open', points: 5, markdown: expect.stringContaining('`w1`') as string }]);
  });
});
