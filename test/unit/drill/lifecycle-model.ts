import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { isKubewrightError, KubewrightError } from '../../../engine/domain/errors.ts';
import { cleanUp } from '../../../engine/drill/clean.ts';
import { clusterKindOf, nameKind } from '../../../engine/drill/cluster-kind.ts';
import { createDrills, type Drills, newId } from '../../../engine/drill/drills.ts';
import { ownProcess } from '../../../engine/drill/owner.ts';
import { createRecovery } from '../../../engine/drill/recover.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import type { ScenarioVersions } from '../../../engine/scenario/variables.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore, type SessionStore } from '../../../engine/store/sessions.ts';
import { smallChecks, smallFaults } from '../scenario/small-kinds.ts';
import { writeSmallScenario } from '../scenario/small-scenario.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { FakeCluster, FakeProvider, fakeChecks, fakeFaults } from './fake-world.ts';

const scenario = 'mend-the-door';

/** What must be the case: what a person who pressed these keys would say. */
interface Model {
  /** Sessions by id: in what state the person believes them to be. */
  readonly sessions: Map<string, 'ready' | 'finished' | 'failed' | 'half' | 'stopping'>;
  /** How many drills were judged. */
  results: number;
  /** Sessions of which something may be there although they have failed: taking them down was refused. */
  readonly stuck: Set<string>;
}

interface Real {
  readonly provider: FakeProvider;
  readonly store: SessionStore;
  readonly database: DatabaseSync;
  readonly clock: FakeClock;
  drills: Drills;
  /** Another process begins: what the former one held in memory is gone. */
  restart(): void;
  /** A cluster is there that a drill of the scenario can take. */
  wait(): void;
  recover(): Promise<unknown>;
  clean(): Promise<unknown>;
}

type Step = fc.AsyncCommand<Model, Real>;

const inState = (model: Model, ...states: string[]) =>
  [...model.sessions].filter(([, state]) => states.includes(state)).map(([id]) => id);

/** A promise that never settles: the process is killed before it would. */
const never = () => new Promise<never>(() => {});
const refuse = (code: 'PROVISION_FAILED' | 'LEAK') => async () => {
  throw new KubewrightError(code, 'not now');
};

/** What must hold after every step, whatever it was. */
async function look(model: Model, { store, provider, database }: Real): Promise<void> {
  const rows = new Map(store.all().map((row) => [row.id, row]));
  const states = { ready: 'ready', finished: 'finished', failed: 'failed', half: 'provisioning', stopping: 'stopping' };
  const believed = [...model.sessions].map(([id, state]) => `${id} ${states[state]}`).toSorted();
  const actual = [...rows.values()].map(({ id, state }) => `${id} ${state}`).toSorted();
  same('sessions', actual, believed);
  const clusterOf = (id: string) => rows.get(id)?.cluster ?? id;
  const owned = new Set([...rows.keys()].map(clusterOf));
  for (const { id } of [...store.waiting.all(), ...store.discarded.all()]) owned.add(id);
  for (const id of provider.exists.keys()) if (!owned.has(id)) throw new Error(`${id} is there and nobody owns it`);
  for (const id of inState(model, 'ready', 'finished')) {
    if (!provider.exists.has(clusterOf(id))) throw new Error(`${id} is said to be there and is not`);
  }
  for (const id of inState(model, 'failed')) {
    if (provider.exists.has(clusterOf(id)) && !model.stuck.has(id))
      throw new Error(`${id} has failed and is still there`);
  }
  const results = database
    .prepare('SELECT count(*) AS n, count(DISTINCT session || started_at) AS d FROM result')
    .get();
  same('results', [Number(results?.['n']), Number(results?.['d'])], [model.results, model.results]);
  for (const { state, verdict, createdAt, readyAt, finishedAt } of rows.values()) {
    const judged = verdict !== undefined;
    if (state !== 'stopping' && (state === 'finished') !== judged) throw new Error(`${state}, judged: ${judged}`);
    if (readyAt !== undefined && readyAt < createdAt) throw new Error('ready before it was begun');
    if (finishedAt !== undefined && finishedAt < (readyAt ?? 0)) throw new Error('finished before it was ready');
  }
}

function same(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

/** Waits until the process under test is in the middle of something, then the process is no more. */
async function killDuring(real: Real, act: () => Promise<unknown>, begun: () => boolean): Promise<void> {
  act().catch(() => {});
  while (!begun()) await new Promise((resolve) => setImmediate(resolve));
  real.restart();
}

function step(name: string, check: (model: Model) => boolean, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check,
    async run(model, real) {
      await run(model, real);
      await look(model, real);
    },
    toString: () => name,
  };
}

const always = () => true;
/** At most so many sessions: more of the same finds nothing more. */
const mostSessions = 3;
const mayStart = (model: Model) => model.sessions.size < mostSessions;
const has =
  (...states: string[]) =>
  (model: Model) =>
    inState(model, ...states).length > 0;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (isKubewrightError(error)) return error.code;
    throw error;
  }
}

const steps: readonly ((pick: number) => Step)[] = [
  () =>
    step('start', mayStart, async (model, { drills }) => {
      model.sessions.set((await drills.start(scenario, {})).id, 'ready');
    }),
  () =>
    step('start, and the cluster cannot be made', mayStart, async (model, { drills, provider }) => {
      provider.onCreate = refuse('PROVISION_FAILED');
      let id = '';
      same('code', await codeOf(drills.start(scenario, { onSession: (it) => (id = it) })), 'PROVISION_FAILED');
      provider.onCreate = async () => {};
      model.sessions.set(id, 'failed');
    }),
  () =>
    step('start, and Ctrl-C', mayStart, async (_model, { drills, provider }) => {
      const abort = new AbortController();
      provider.onCreate = async () => abort.abort(new KubewrightError('INTERRUPTED', 'Ctrl-C'));
      same('code', await codeOf(drills.start(scenario, { signal: abort.signal })), 'INTERRUPTED');
      provider.onCreate = async () => {};
    }),
  () =>
    step('start, and kill -9', mayStart, async (model, real) => {
      let id = '';
      real.provider.onCreate = never;
      const before = real.provider.requests.length;
      await killDuring(
        real,
        () => real.drills.start(scenario, { onSession: (it) => (id = it) }),
        () => real.provider.requests.length > before,
      );
      real.provider.onCreate = async () => {};
      model.sessions.set(id, 'half');
    }),
  (pick) =>
    step('check', has('ready', 'finished'), async (model, { drills }) => {
      await drills.check(one(inState(model, 'ready', 'finished'), pick));
    }),
  (pick) =>
    step('solve', has('ready'), async (model, { drills, provider }) => {
      provider.world.door = 'open';
      await drills.check(one(inState(model, 'ready'), pick));
    }),
  (pick) =>
    step('submit', has('ready', 'finished'), async (model, { drills }) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      if (model.sessions.get(id) === 'ready') model.results += 1;
      model.sessions.set(id, 'finished');
      await drills.finish(id);
    }),
  (pick) =>
    step('submit twice at once', has('ready'), async (model, { drills }) => {
      const id = one(inState(model, 'ready'), pick);
      const verdicts = await Promise.all([drills.finish(id), drills.finish(id)]);
      same('verdicts', verdicts[0], verdicts[1]);
      model.results += 1;
      model.sessions.set(id, 'finished');
    }),
  (pick) =>
    step('submit, and kill -9', has('ready'), async (model, real) => {
      const id = one(inState(model, 'ready'), pick);
      const before = real.provider.world.timelineReads;
      const answers = real.provider.world.hang;
      real.provider.world.hang = true;
      await killDuring(
        real,
        () => real.drills.finish(id),
        () => real.provider.world.timelineReads > before,
      );
      real.provider.world.hang = answers;
    }),
  (pick) =>
    step('reset', has('ready', 'finished'), async (model, { drills }) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      await drills.reset(id, {});
      model.sessions.set(id, 'ready');
    }),
  (pick) =>
    step('reset, and kill -9', has('ready', 'finished'), async (model, real) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      real.provider.onDestroy = never;
      const before = real.provider.destroyed.length;
      await killDuring(
        real,
        () => real.drills.reset(id, {}),
        () => real.provider.destroyed.length > before,
      );
      real.provider.onDestroy = async () => {};
      model.sessions.set(id, 'half');
    }),
  (pick) =>
    step(
      'reset to a cluster that waits',
      has('ready', 'finished'),
      async (model, { drills, provider, store, wait }) => {
        const id = one(inState(model, 'ready', 'finished'), pick);
        const former = store.get(id)?.cluster ?? id;
        wait();
        await drills.reset(id, {});
        await drills.close();
        if (provider.exists.has(former)) throw new Error('the cluster that it had is still there');
        model.sessions.set(id, 'ready');
      },
    ),
  (pick) =>
    step('reset to a cluster that waits, and kill -9', has('ready', 'finished'), async (model, real) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      const { provider } = real;
      real.wait();
      provider.onAdopt = never;
      provider.onDestroy = never;
      const before = provider.adopted.length;
      await killDuring(
        real,
        () => real.drills.reset(id, {}),
        () => provider.adopted.length > before,
      );
      provider.onAdopt = async () => {};
      provider.onDestroy = async () => {};
      model.sessions.set(id, 'half');
    }),
  (pick) =>
    step('stop', has('ready', 'finished', 'failed', 'stopping', 'half'), async (model, { drills }) => {
      const id = one([...model.sessions.keys()], pick);
      await drills.stop(id);
      model.sessions.delete(id);
      model.stuck.delete(id);
    }),
  (pick) =>
    step('stop, and the engine refuses', has('ready', 'finished'), async (model, { drills, provider }) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      provider.onDestroy = refuse('LEAK');
      same('code', await codeOf(drills.stop(id)), 'LEAK');
      provider.onDestroy = async () => {};
      model.sessions.set(id, 'stopping');
    }),
  (pick) =>
    step('stop, and kill -9', has('ready', 'finished'), async (model, real) => {
      const id = one(inState(model, 'ready', 'finished'), pick);
      real.provider.onDestroy = never;
      const before = real.provider.destroyed.length;
      await killDuring(
        real,
        () => real.drills.stop(id),
        () => real.provider.destroyed.length > before,
      );
      real.provider.onDestroy = async () => {};
      model.sessions.set(id, 'stopping');
    }),
  (pick) =>
    step('somebody removes a cluster', has('ready'), async (model, real) => {
      const id = one(inState(model, 'ready'), pick);
      real.provider.exists.delete(real.store.get(id)?.cluster ?? id);
      await real.recover();
      settle(model);
      model.sessions.set(id, 'failed');
    }),
  () =>
    step('the next start recovers', always, async (model, real) => {
      real.restart();
      await real.recover();
      settle(model);
    }),
  () =>
    step('clean', always, async (model, real) => {
      real.restart();
      await real.clean();
      for (const id of inState(model, 'half', 'stopping', 'failed')) model.sessions.delete(id);
      model.stuck.clear();
    }),
  (pick) =>
    step('the clock jumps', always, async (_model, { clock }) => {
      clock.jump([-3_600_000, 86_400_000, -60_000, 28_800_000][pick % 4] ?? 0);
    }),
  () =>
    step('another process', always, async (_model, real) => {
      real.restart();
    }),
];

/** What recovery makes of what was left half done. */
function settle(model: Model): void {
  for (const id of inState(model, 'half')) model.sessions.set(id, 'failed');
  for (const id of inState(model, 'stopping')) model.sessions.delete(id);
  model.stuck.clear();
}

function one(ids: readonly string[], pick: number): string {
  const id = ids[pick % ids.length];
  if (id === undefined) throw new Error('there is none to pick');
  return id;
}

/** Runs so many random lives of a few sessions against the model. @throws with the seed and the shortest life that fails */
export async function runLifecycles(count: number, seed: number): Promise<{ runs: number; steps: number }> {
  const home = await mkdtemp(join(tmpdir(), 'kubewright-model-'));
  let taken = 0;
  try {
    await writeSmallScenario(home);
    const shelf = createShelf(join(home, 'scenarios'), {
      faults: smallFaults,
      checks: smallChecks,
      shapesFolder: join(home, 'shapes'),
      workloadsFolder: join(home, 'workloads'),
      engineFolder: join(home, 'engine'),
    });
    const known = await shelf.load(scenario);
    const nodeImage = async ({ from, to }: ScenarioVersions) => `node:${from}-${to ?? ''}`;
    const kind = nameKind(clusterKindOf(known), await nodeImage(known.versions));
    const setup = () => {
      const clock = new FakeClock();
      const provider = new FakeProvider(clock);
      const database = openDatabase(':memory:');
      const store = createSessionStore(database);
      const make = () =>
        createDrills({
          ...{ provider, store, clock, faults: fakeFaults(), checks: fakeChecks },
          scenarios: { all: async () => [known], load: async () => known, loadFolder: async () => known },
          packsFolder: join(home, 'workloads'),
          kubeadmFlags: async () => '',
          nodeImage,
          releases: async ({ from }) => ({ from: { kubernetes: `${from}.4`, etcd: '3.6.5-0', coredns: 'v1.12.1' } }),
        });
      const real: Real = {
        ...{ provider, store, database, clock },
        drills: make(),
        restart() {
          // Whoever was at work on something is dead now.
          for (const table of ['session', 'discarded'])
            database.exec(`UPDATE ${table} SET owner = '999999999:1' WHERE owner IS NOT NULL`);
          real.drills = make();
        },
        wait() {
          const id = newId();
          store.waiting.add({ id, kind, owner: ownProcess() });
          provider.exists.set(id, new FakeCluster(id, provider.world, clock));
          store.waiting.ready(id, clock.now());
        },
        recover: () => createRecovery({ provider, store, clock })({ look: true, onSession: () => {} }),
        clean: () => cleanUp(provider, store, { all: false, allStores: false, onSession: () => {} }),
      };
      return { model: { sessions: new Map(), results: 0, stuck: new Set<string>() } satisfies Model, real };
    };
    const lives = fc.commands(
      steps.map((make) => fc.nat({ max: 11 }).map(make)),
      { maxCommands: 25, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(lives, async (life) => {
        const { model, real } = setup();
        await fc.asyncModelRun(() => ({ model, real }), life);
        taken += [...life].length;
        // The end of every life: all can be stopped, and nothing is left.
        real.restart();
        await real.recover();
        for (const { id } of real.store.all()) await real.drills.stop(id);
        same('left at the end', [...real.provider.exists.keys()], []);
        real.database.close();
      }),
      { numRuns: count, seed, endOnFailure: false },
    );
    return { runs: count, steps: taken };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
