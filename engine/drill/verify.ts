import { isKubewrightError } from '../domain/errors.ts';
import type { GoldenUse } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Clock } from '../system/clock.ts';
import { clusterKindOf, nameKind } from './cluster-kind.ts';
import type { Drills } from './drills.ts';
import { inputsOf, listTrials, type Selection, type Trial } from './procedures.ts';
import { compare, failedIds, type Outcome, type ProofRun, type ScenarioProof } from './proof.ts';

export interface VerifyOptions extends Selection {
  readonly commit: string;
  readonly nodeImage: (versions: Scenario['versions']) => Promise<string>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether clusters are restored from a golden state; never when it is left out. */
  readonly golden?: GoldenUse;
  /** How many clusters of one control plane at a time; one of several counts as two. 1 when it is left out. */
  readonly jobs?: number;
  /** Rows proven before that still hold: they are taken over and not run again. */
  readonly known?: (scenario: Scenario) => readonly ProofRun[];
  /** After every new row, with all rows there are by then: an interruption loses nothing that was proven. */
  readonly onRun?: (scenario: string, run: ProofRun, proofs: readonly ScenarioProof[]) => void | Promise<void>;
  /** The reference procedure has passed in this session, which is still there. */
  readonly onSolved?: (scenario: Scenario, session: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Proves scenarios on real clusters, a fresh one for each procedure: healthy, broken, solution (checked twice), every
 * alternative, every wrong procedure with exactly the named checks failing. The rows healthy and broken come from the
 * first procedure's cluster. A fault that did not take hold ends its scenario there: the rest would prove nothing.
 * Scenarios that want the same kind of cluster come after one another, so that a golden state is made when it is needed
 * and not thrown out for another one in between. What could not be judged because others starved the machine is run again
 * at the end, with nothing of ours beside it, and clusters of its kind run so from then on: with two of three machines
 * each on two slow cores, five procedures of eight were run in vain.
 */
export async function verifyScenarios(
  drills: Drills,
  scenarios: readonly Scenario[],
  options: VerifyOptions,
): Promise<readonly ScenarioProof[]> {
  const cases = scenarios.map((scenario) => openCase(scenario, options));
  const proofs = () => cases.map(({ proof }) => proof());
  const byKind = [...Map.groupBy(cases, kindOf).values()].flat();
  const running = new Map<Promise<void>, number>();
  const jobs = options.jobs ?? 1;
  /** Kinds of cluster of which one was starved beside others. */
  const hungry = new Set<string>();
  const placesOf = (one: (typeof cases)[number]) => (hungry.has(kindOf(one)) ? jobs : weightOf(one.scenario));
  const starved: { readonly of: ReturnType<typeof openCase>; readonly trial: Trial }[] = [];
  for (;;) {
    const free = jobs - [...running.values()].reduce((sum, places) => sum + places, 0);
    const next = byKind.find((one) => one.hasNext() && (running.size === 0 || placesOf(one) <= free));
    if (next === undefined && running.size > 0) {
      await Promise.race(running.keys());
      continue;
    }
    const again = next === undefined ? starved.shift() : undefined;
    const of = next ?? again?.of;
    if (of === undefined) return proofs();
    const { scenario } = of;
    const trial = again?.trial ?? of.take();
    options.say(`${scenario.id}: ${trial.kind} ${trial.name}`);
    const work = (async () => {
      const nodeImage = await options.nodeImage(scenario.versions);
      const rows = await runTrial(drills, scenario, trial, of.isFirst(trial), options);
      const isAgain = again === undefined && jobs > 1 && rows.some((row) => row.starved);
      for (const row of rows.filter((row) => !isAgain || !row.starved)) {
        const run = { ...row, commit: options.commit, nodeImage, inputs: inputsOf(scenario, row) };
        of.add(run);
        await options.onRun?.(scenario.id, run, proofs());
      }
      if (isAgain) {
        options.say(
          `${scenario.id}: others starved the machine during ${trial.name}; it is run again alone at the end, and clusters like its own run alone from now on`,
        );
        hungry.add(kindOf(of));
        starved.push({ of, trial });
      }
      of.done(
        trial,
        rows.some((row) => row.name === trial.name),
      );
    })();
    const tracked = work.finally(() => running.delete(tracked));
    running.set(tracked, placesOf(of));
  }
}

function kindOf({ scenario }: { readonly scenario: Scenario }): string {
  return nameKind(clusterKindOf(scenario), '');
}

/**
 * What a cluster weighs beside others. With three clusters on two cores, one of them of three control planes, checks of time
 * (a floor under a service, one node at a time) said no to right procedures.
 */
function weightOf({ cluster }: Scenario): number {
  return cluster.controlPlanes > 1 ? 2 : 1;
}

/** What is still to be tried of a scenario, and its rows in their order. */
function openCase(scenario: Scenario, options: VerifyOptions) {
  const trials = listTrials(scenario, options);
  const order = ['healthy', 'broken', ...trials.map(({ name }) => name)];
  const runs = [...(options.known?.(scenario) ?? [])].filter((run) => order.includes(run.name));
  const has = (name: string) => runs.some((run) => run.name === name);
  const [first] = trials;
  const firstIsKnown = has('healthy') && has('broken') && has(first.name);
  const waiting = trials.filter((trial) => (trial === first ? !firstIsKnown : !has(trial.name)));
  /** The others wait until the first has shown that the drill can be had at all. */
  let open = firstIsKnown;
  let begun = false;
  return {
    scenario,
    isFirst: (trial: Trial) => trial === first,
    hasNext: () => waiting.length > 0 && (open || !begun),
    take(): Trial {
      begun = true;
      const trial = waiting.shift();
      if (trial === undefined) throw new Error('nothing is left to be tried');
      return trial;
    },
    done(trial: Trial, ranToItsEnd: boolean) {
      if (trial !== first) return;
      if (ranToItsEnd) open = true;
      else waiting.length = 0;
    },
    add(run: ProofRun) {
      const former = runs.findIndex(({ name }) => name === run.name);
      if (former >= 0) runs.splice(former, 1);
      runs.push(run);
    },
    proof: (): ScenarioProof => ({
      id: scenario.id,
      versions: scenario.versions,
      runs: runs.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    }),
  };
}

type Row = Outcome & Pick<ProofRun, 'kind' | 'name'>;

/** Runs one procedure on a fresh cluster. Without a row of the procedure's own name, the drill could not be had. */
async function runTrial(
  drills: Drills,
  scenario: Scenario,
  trial: Trial,
  isFirst: boolean,
  { clock, signal, golden, onSolved }: VerifyOptions,
): Promise<readonly Row[]> {
  const { kind, name, procedure, fails } = trial;
  const startedAt = clock.monotonic();
  const since = (moment: number) => Math.round((clock.monotonic() - moment) / 100) / 10;
  let session = '';
  try {
    await drills.start(scenario.id, {
      signal,
      onSession: (id) => (session = id),
      golden: golden ?? 'never',
    });
  } catch (error) {
    // Without a session there is no row to judge: the environment said no.
    if (signal.aborted || session === '') throw error;
    const why = messageOf(error);
    const proof = drills.proof(session);
    const seconds = since(startedAt);
    const failed = failedIds(proof.broken ?? proof.healthy ?? []);
    await drills.stop(session);
    if (!isFirst) return [{ kind, name, asExpected: false, failed: [], seconds, why }];
    const faultMissing = isKubewrightError(error) && error.code === 'FAULT_NOT_PROVEN';
    const no = { asExpected: false, failed, seconds, why };
    return faultMissing
      ? [
          { kind: 'healthy', name: 'healthy', asExpected: true, failed: [], seconds },
          { kind: 'broken', name: 'broken', ...no },
        ]
      : [{ kind: 'healthy', name: 'healthy', ...no }];
  }
  const seconds = since(startedAt);
  const origin = drills.proof(session).restored === true ? ({ restored: true } as const) : {};
  const broken = failedIds(drills.proof(session).broken ?? []);
  const before: Row[] = isFirst
    ? [
        { kind: 'healthy', name: 'healthy', asExpected: true, failed: [], seconds, ...origin },
        { kind: 'broken', name: 'broken', asExpected: true, failed: broken, seconds, ...origin },
      ]
    : [];
  const startedSolving = clock.monotonic();
  try {
    const said: string[] = [];
    const script = await drills.solve(session, { script: procedure, signal, onLine: (line) => keepLast(said, line) });
    const verdict = await drills.finish(session, { signal });
    const second = fails.length === 0 ? await drills.lookAgain(session) : undefined;
    const result = compare(verdict.checks, fails, script.exitCode, second?.checks);
    if (kind === 'solution' && result.asExpected) await onSolved?.(scenario, session);
    const why = result.why === undefined ? {} : { why: `${result.why}${lastWords(said)}` };
    return [...before, { kind, name, ...result, ...why, seconds: since(startedSolving), ...origin }];
  } catch (error) {
    if (signal.aborted) throw error;
    const no = { asExpected: false, failed: [], seconds: since(startedSolving), why: messageOf(error) };
    return [...before, { kind, name, ...no, ...origin }];
  } finally {
    await drills.stop(session);
  }
}

/** What a procedure printed last tells why it went another way than expected; it may print without end. */
function keepLast(said: string[], line: string): void {
  if (line.trim() === '') return;
  said.push(line.trim().slice(0, 200));
  if (said.length > 5) said.shift();
}

function lastWords(said: readonly string[]): string {
  return said.length === 0 ? '' : `; it ended with: ${said.join(' / ')}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
