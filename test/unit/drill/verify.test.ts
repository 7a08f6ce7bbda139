import { describe, expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { CheckOutcome, CheckResult } from '../../../engine/domain/verdict.ts';
import { createDrills, type Drills } from '../../../engine/drill/drills.ts';
import { compare, type ProofRun } from '../../../engine/drill/proof.ts';
import { createShelf } from '../../../engine/drill/shelf.ts';
import { type VerifyOptions, verifyScenarios } from '../../../engine/drill/verify.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { makeScenarioFolder } from '../scenario/scenario-folder.ts';
import { FakeClock } from '../system/fake-clock.ts';
import { fakesFor } from './fake-drills.ts';
import { FakeProvider, finding } from './fake-world.ts';

const checks = (outcomes: Readonly<Record<string, CheckOutcome>>): CheckResult[] =>
  Object.entries(outcomes).map(([id, result]) => ({
    id,
    task: 'one',
    role: 'objective',
    mode: 'assert',
    ...finding(result, `${id} as found`),
  }));

describe('a run is compared with what was to be', () => {
  const good = checks({ a: 'passed', b: 'passed' });

  test('a right procedure: all pass, twice, and it ends with 0', () => {
    expect(compare(good, [], 0, good)).toEqual({ asExpected: true, failed: [] });
  });

  test('a wrong procedure: exactly the named checks fail, in any order and with any exit code', () => {
    const result = checks({ a: 'failed', b: 'passed', c: 'failed' });
    expect(compare(result, ['c', 'a'], 1, undefined)).toEqual({ asExpected: true, failed: ['a', 'c'] });
    expect(compare(result, ['c', 'a'], 0, undefined).asExpected).toBe(true);
  });

  test('a check that should have failed and did not is named', () => {
    expect(compare(checks({ a: 'failed', b: 'passed' }), ['a', 'b'], 0, undefined)).toEqual({
      asExpected: false,
      failed: ['a'],
      why: 'b should have failed and did not',
    });
  });

  test('a named check that the scenario does not have counts as missing', () => {
    expect(compare(good, ['ghost'], 0, undefined).asExpected).toBe(false);
  });

  test('a surplus failure is named with what was found', () => {
    expect(compare(checks({ a: 'failed', b: 'failed' }), ['a'], 0, undefined)).toEqual({
      asExpected: false,
      failed: ['a', 'b'],
      why: 'b should not have failed: b as found',
    });
  });

  test('an errored check is never as expected, also where a failure was named', () => {
    const errored = compare(checks({ a: 'errored', b: 'failed' }), ['a', 'b'], 0, undefined);
    expect(errored).toMatchObject({ asExpected: false, failed: ['b'] });
    expect(errored.why).toContain('a errored: a as found');
    expect(compare(checks({ a: 'errored' }), [], 0, undefined).asExpected).toBe(false);
  });

  test('what fails or errs at the second look is not as expected', () => {
    expect(compare(good, [], 0, checks({ a: 'failed', b: 'passed' }))).toMatchObject({
      asExpected: false,
      why: 'a failed at the second look',
    });
    expect(compare(good, [], 0, checks({ a: 'passed', b: 'errored' })).why).toBe('b errored: b as found');
  });

  test('a right procedure that ends with something else than 0 is not as expected', () => {
    expect(compare(good, [], 2, good)).toMatchObject({
      asExpected: false,
      why: 'the procedure ended with exit code 2',
    });
  });

  test('every reason is given', () => {
    const { why } = compare(checks({ a: 'failed', b: 'passed', c: 'errored' }), ['b'], 0, undefined);
    expect(why?.split('; ')).toHaveLength(3);
  });
});

const id = 'mend-the-door';

/** What the procedures of the scenario do to the fake world; by default each does what the scenario says of it. */
async function prove(
  more: {
    acts?: Readonly<Record<string, 'open' | 'cut' | 'nothing'>>;
    options?: Partial<VerifyOptions>;
    prepare?: (provider: FakeProvider) => void;
    controlPlanes?: number;
  } = {},
) {
  const acts = {
    solution: 'open',
    unscrewed: 'open',
    kicked: 'open+cut',
    painted: 'nothing',
    'walled-up': 'cut',
    ...more.acts,
  };
  const texts = Object.fromEntries(
    Object.keys(acts).map((name) => [
      name === 'solution' ? 'solution.sh' : `${name === 'unscrewed' ? 'right' : 'wrong'}/${name}.sh`,
      `#!/bin/bash\n# ${name}\n`,
    ]),
  );
  const folder = await makeScenarioFolder(texts);
  const clock = new FakeClock();
  const provider = new FakeProvider(clock);
  const { world } = provider;
  provider.onCreate = async () => {
    world.serviceAnswers = true;
  };
  world.onScript = async (text) => {
    const act = Object.entries(acts).find(([name]) => text.includes(`# ${name}\n`))?.[1] ?? '';
    if (act.includes('open')) world.door = 'open';
    if (act.includes('cut')) world.serviceAnswers = false;
    return 0;
  };
  more.prepare?.(provider);
  const store = createSessionStore(openDatabase(':memory:'));
  const drills: Drills = createDrills({
    ...fakesFor(folder),
    provider,
    store,
    clock,
    scenarios: createShelf(folder.scenarios, folder.dependencies),
  });
  const told: string[] = [];
  const loaded = await drills.load(id);
  const { controlPlanes = loaded.cluster.controlPlanes } = more;
  const scenario = { ...loaded, cluster: { ...loaded.cluster, controlPlanes } };
  const [proof] = await verifyScenarios(drills, [scenario], {
    commit: 'c0ffee',
    nodeImage: async ({ from }) => `node:${from}`,
    clock,
    signal: new AbortController().signal,
    onRun: (scenario, run) => void told.push(`${scenario} ${run.name}`),
    say: () => {},
    ...more.options,
  });
  if (proof === undefined) throw new Error('there is no proof of the scenario');
  return { proof, told, provider, store, scenario };
}

/** Also the most clusters that there were at a time. */
async function proveBesideEachOther({ jobs, controlPlanes }: { jobs: number; controlPlanes?: number }) {
  let most = 0;
  const proved = await prove({
    options: { jobs },
    ...(controlPlanes === undefined ? {} : { controlPlanes }),
    prepare: (provider) => {
      provider.onCreate = async () => {
        provider.world.serviceAnswers = true;
        most = Math.max(most, provider.exists.size);
      };
    },
  });
  return { ...proved, most };
}

const inWords = (runs: readonly ProofRun[]) =>
  runs.map((run) => `${run.kind} ${run.name} ${run.asExpected} ${run.failed.join(',')}`);

describe('the proof of a scenario', () => {
  test('says of every row that its cluster was restored, where that is allowed', async () => {
    const { proof, provider } = await prove({ options: { golden: 'make' } });
    expect(provider.requests.every(({ golden }) => golden === 'make')).toBe(true);
    expect(proof.runs.map(({ restored }) => restored)).toEqual(proof.runs.map(() => true));
    const fresh = await prove({ options: { golden: 'never' } });
    expect(fresh.proof.runs.some((run) => 'restored' in run)).toBe(false);
  });

  test('has a row for each state and procedure, on a fresh cluster each, and leaves nothing', async () => {
    const { proof, told, provider, store } = await prove();
    expect(inWords(proof.runs)).toEqual([
      'healthy healthy true ',
      'broken broken true opened',
      'solution solution true ',
      'alternative unscrewed true ',
      'wrong kicked true never-down',
      'wrong painted true opened',
      'wrong walled-up true opened,never-down',
    ]);
    expect(proof.runs[0]).toMatchObject({ commit: 'c0ffee', nodeImage: 'node:1.34' });
    // The states depend on the same, every procedure on its own script, too.
    expect(proof.runs[0]?.inputs).toBe(proof.runs[1]?.inputs);
    expect(new Set(proof.runs.map(({ inputs }) => inputs)).size).toBe(6);
    expect(told).toHaveLength(7);
    expect(provider.requests).toHaveLength(5);
    expect(provider.exists.size).toBe(0);
    expect(store.all()).toEqual([]);
  });

  test('says no to a solution that does nothing', async () => {
    const { proof } = await prove({
      acts: { solution: 'nothing' },
      prepare: ({ world }) => void (world.says = ['1', '2', '3', '4', '5', '', ' the key is lost']),
    });
    const solution = proof.runs.find((run) => run.kind === 'solution');
    expect(solution).toMatchObject({ asExpected: false, failed: ['opened'] });
    expect(solution?.why).toContain('opened should not have failed');
    expect(solution?.why).toMatch(/; it ended with: 2 \/ 3 \/ 4 \/ 5 \/ the key is lost$/);
    expect(proof.runs.filter(({ asExpected }) => asExpected).some((run) => 'why' in run)).toBe(false);
  });

  test('says no to a wrong procedure that was emptied', async () => {
    const { proof } = await prove({ acts: { 'walled-up': 'nothing' } });
    expect(proof.runs.filter((run) => !run.asExpected).map(({ name }) => name)).toEqual(['walled-up']);
  });

  test('ends with healthy and broken when the fault does not take hold, and broken says why', async () => {
    const { proof, provider } = await prove({ prepare: ({ world }) => void (world.faultWorks = false) });
    expect(inWords(proof.runs)).toEqual(['healthy healthy true ', 'broken broken false ']);
    expect(proof.runs[1]?.why).toContain('did not take hold');
    expect(provider.exists.size).toBe(0);
  });

  test('ends with healthy when the cluster is not healthy', async () => {
    const { proof } = await prove({
      prepare: (provider) => {
        provider.onCreate = async () => {
          provider.world.serviceAnswers = false;
        };
      },
    });
    expect(inWords(proof.runs)).toEqual(['healthy healthy false ']);
    expect(proof.runs[0]?.why).toContain('does not answer yet');
  });

  test('goes on after a wrong procedure whose drill did not start', async () => {
    let clusters = 0;
    const { proof, provider } = await prove({
      prepare: (it) => {
        it.onCreate = async () => {
          it.world.serviceAnswers = true;
          clusters += 1;
          if (clusters === 4) throw new KubewrightError('PROVISION_FAILED', 'kind said no');
        };
      },
    });
    expect(proof.runs.filter((run) => !run.asExpected).map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'painted: kind said no',
    ]);
    expect(proof.runs.at(-1)).toMatchObject({ name: 'walled-up', asExpected: true });
    expect(provider.exists.size).toBe(0);
  });

  test('with a seed runs the solution and one wrong procedure, always the same one', async () => {
    const drawn = async (drawBy: string) =>
      (await prove({ options: { drawBy } })).proof.runs.slice(2).map(({ name }) => name);
    const first = await drawn('c0ffee');
    expect(first).toHaveLength(2);
    expect(first[0]).toBe('solution');
    expect(await drawn('c0ffee')).toEqual(first);
    const others = await Promise.all(['1', '2', '3', '4', '5', '6', '7', '8'].map(drawn));
    expect(new Set(others.map(([, wrong]) => wrong)).size).toBeGreaterThan(1);
  });

  test('runs the solution alone when only it is wanted, and tells of its session while it is there', async () => {
    let exists: ReadonlyMap<string, unknown> = new Map();
    const solved: boolean[] = [];
    const { proof } = await prove({
      options: { onlySolution: true, onSolved: async (_, session) => void solved.push(exists.has(session)) },
      prepare: (provider) => {
        exists = provider.exists;
      },
    });
    expect(proof.runs.map(({ name }) => name)).toEqual(['healthy', 'broken', 'solution']);
    expect(solved).toEqual([true]);
    const failed = await prove({
      options: { onlySolution: true, onSolved: async () => void solved.push(false) },
      acts: { solution: 'nothing' },
    });
    expect(failed.proof.runs.at(-1)).toMatchObject({ name: 'solution', asExpected: false });
    expect(solved).toEqual([true]);
  });

  test('runs several clusters at a time, but the first alone, and keeps the order of the rows', async () => {
    const one = await prove();
    // There is one fake world: what the procedures do to it in parallel is not looked at here.
    const { proof, told, provider, most } = await proveBesideEachOther({ jobs: 3 });
    const names = (runs: readonly ProofRun[]) => runs.map(({ name }) => name);
    expect(names(proof.runs)).toEqual(names(one.proof.runs));
    expect(told.slice(0, 3)).toEqual(['healthy', 'broken', 'solution'].map((name) => `${id} ${name}`));
    expect(most).toBe(3);
    expect(provider.exists.size).toBe(0);
  });

  describe('where others starve the machine', () => {
    /** Until the first procedure has gone wrong for it. */
    const once = async (jobs: number, onlySolution = true) => {
      const said: string[] = [];
      let most = 0;
      const proved = await prove({
        options: { jobs, onlySolution, say: (line) => said.push(line) },
        prepare: (provider) => {
          const { world } = provider;
          provider.onCreate = async () => {
            world.serviceAnswers = true;
            most = Math.max(most, provider.exists.size);
          };
          const act = world.onScript;
          let scripts = 0;
          world.onScript = async (text) => {
            scripts += 1;
            world.load = scripts === 1 ? { waiting: 30, others: 0.7 } : {};
            if (scripts === 1) world.serviceAnswers = false;
            return act(text);
          };
        },
      });
      return { ...proved, said, most };
    };

    test('what cannot be judged beside others is run again alone, and that counts', async () => {
      const { proof, said, provider, store } = await once(2);
      expect(inWords(proof.runs)).toEqual([
        'healthy healthy true ',
        'broken broken true opened',
        'solution solution true ',
      ]);
      expect(said).toEqual([
        `${id}: solution solution`,
        `${id}: others starved the machine during solution; it is run again alone at the end, and clusters like its own run alone from now on`,
        `${id}: solution solution`,
      ]);
      expect(provider.requests).toHaveLength(2);
      expect(store.all()).toEqual([]);
    });

    test('clusters of its kind have nothing beside them from then on', async () => {
      const { proof, said, provider, most } = await once(3, false);
      expect(proof.runs).toHaveLength(7);
      expect(proof.runs.filter((run) => !run.asExpected)).toEqual([]);
      expect(said.filter((line) => line.includes('others starved'))).toHaveLength(1);
      expect(provider.requests).toHaveLength(6);
      expect(most).toBe(1);
    });

    test('what was alone already is said to be inconclusive, once', async () => {
      const { proof, provider } = await once(1);
      const [row] = proof.runs.slice(-1);
      expect(row).toMatchObject({ name: 'solution', asExpected: false, failed: [], starved: true });
      expect(row?.why?.match(/never-down errored/g)).toHaveLength(1);
      expect(row?.why).toContain('starved by others');
      expect(provider.requests).toHaveLength(1);
    });
  });

  test('gives a cluster of several control planes the place of two', async () => {
    expect((await proveBesideEachOther({ jobs: 4, controlPlanes: 3 })).most).toBe(2);
    const { proof, most } = await proveBesideEachOther({ jobs: 1, controlPlanes: 3 });
    expect([proof.runs.length, most]).toEqual([7, 1]);
  });

  test('takes over rows that are known, and runs the rest', async () => {
    const { proof } = await prove();
    const known = proof.runs.filter(({ name }) => name !== 'painted');
    const again = await prove({ options: { known: () => known } });
    expect(again.told).toEqual([`${id} painted`]);
    expect(inWords(again.proof.runs)).toEqual(inWords(proof.runs));
    const nothing = await prove({ options: { known: () => proof.runs } });
    expect(nothing.provider.requests).toHaveLength(0);
  });

  test('runs all of it again when the first procedure is not known', async () => {
    const { proof } = await prove();
    const known = proof.runs.filter(({ kind }) => kind === 'wrong');
    const { told } = await prove({ options: { known: () => known } });
    expect(told).toEqual(['healthy', 'broken', 'solution', 'unscrewed'].map((name) => `${id} ${name}`));
  });

  test("judges a team's own runbook in place of the procedures", async () => {
    const good = await prove({ options: { own: { name: 'ours', text: '# solution\n' } } });
    expect(inWords(good.proof.runs)).toEqual(['healthy healthy true ', 'broken broken true opened', 'own ours true ']);
    const bad = await prove({ options: { own: { name: 'ours', text: '# kicked\n' } } });
    expect(bad.proof.runs.at(-1)).toMatchObject({ kind: 'own', asExpected: false, failed: ['never-down'] });
  });
});
