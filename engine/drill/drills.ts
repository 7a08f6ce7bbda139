import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { CheckDefinition } from '../checks/check.ts';
import { isKubewrightError, KubewrightError } from '../domain/errors.ts';
import { stateWords } from '../domain/session.ts';
import { type CheckResult, judge, type Verdict } from '../domain/verdict.ts';
import type { Desk, Engine, ScenarioPage, ScenarioSummary, SessionRow, StartOptions, StepProgress } from '../engine.ts';
import type { FaultDefinition } from '../faults/fault.ts';
import type { Cluster, Provider } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { listMachines } from '../scenario/shape.ts';
import { readSessionVariables, type ScenarioVersions } from '../scenario/variables.ts';
import type { SessionRecord, SessionStore } from '../store/sessions.ts';
import type { Clock } from '../system/clock.ts';
import { clusterKindOf, nameKind } from './cluster-kind.ts';
import { createDeskAids } from './desk-aids.ts';
import type { DrillDiary } from './diary.ts';
import type { DrillContext } from './drill-context.ts';
import { evaluateChecks, type Round } from './evaluate.ts';
import { letEventsHappen } from './events.ts';
import { isInconclusive, judgeFinally, judgeOpenRest } from './finish.ts';
import { isAlive, ownProcess } from './owner.ts';
import { planDrill } from './plan-drill.ts';
import type { PlannedDrill } from './planned-drill.ts';
import { type Procedure, procedureText } from './procedures.ts';
import { runScript } from './script.ts';
import type { ScenarioShelf } from './shelf.ts';
import { runSteps } from './step-runner.ts';
import { prove } from './steps/prove.ts';
import { provision } from './steps/provision.ts';
import { watch } from './steps/watch.ts';
import { teaserOf } from './teaser.ts';
import { walk } from './walk.ts';
import { whereToRead } from './where-to-read.ts';

export interface DrillDependencies {
  readonly provider: Provider;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly faults: Readonly<Record<string, FaultDefinition<unknown>>>;
  readonly checks: Readonly<Record<string, CheckDefinition<unknown>>>;
  readonly scenarios: ScenarioShelf;
  /** Folder of the workload packs. */
  readonly packsFolder: string;
  /** What kubeadm needs to be told on this host, e.g. on cgroup v1. Exported to scripts and texts as KUBEADM_FLAGS. */
  readonly kubeadmFlags: () => Promise<string>;
  /** What the minors of a scenario stand for: the node image that is used here decides. */
  readonly releases: (
    versions: ScenarioVersions,
    progress: (line: string) => void,
    signal: AbortSignal | undefined,
  ) => Promise<Releases>;
  /** Tag of the node image for these minors; see nameKind. */
  readonly nodeImage: (versions: ScenarioVersions) => Promise<string>;
  /** Whether the session is a question of an exam that goes on; without it none is. */
  readonly inExam?: (session: string) => boolean;
  /** Keeps the story of each drill; without one nothing is kept beyond the verdict. */
  readonly diary?: DrillDiary;
}

interface Releases {
  readonly from: Release;
  /** Only where the scenario upgrades. */
  readonly to?: Release | undefined;
}

export interface Release {
  /** Such as 1.34.4. */
  readonly kubernetes: string;
  /** Tags of the images that kubeadm of this release runs, such as 3.6.5-0 and v1.12.1. */
  readonly etcd: string;
  readonly coredns: string;
}

/** What the command line can do beyond the page: run procedures, and look at the proof of the walk. */
export interface Drills extends Engine {
  /** Runs a script of the scenario on the student host, letting events happen meanwhile. */
  solve(
    session: string,
    options: { script: Procedure; onLine?: (line: string) => void; signal?: AbortSignal },
  ): Promise<{ exitCode: number }>;
  open(session: string): Promise<OpenDrill>;
  /** What the checks said on the healthy and on the freshly broken cluster, for sessions this process has started. */
  proof(session: string): StartProof;
  /** All checks once more, also after Submit. */
  lookAgain(session: string): Promise<Verdict>;
  load(scenario: string): Promise<Scenario>;
}

export interface StartProof {
  readonly healthy?: readonly CheckResult[];
  readonly broken?: readonly CheckResult[];
  /** Whether the cluster was restored from a golden state. */
  readonly restored?: boolean;
}

export interface OpenDrill {
  readonly record: SessionRecord;
  readonly scenario: Scenario;
  readonly drill: PlannedDrill;
  readonly cluster: Cluster;
}

/** 30 bits without look-alikes. Short, because it is part of every container's name. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
export const newId = () => Array.from(randomBytes(6), (byte) => alphabet[byte % alphabet.length]).join('');
/** In a session's journal: a procedure of the scenario was run in it. */
export const solvedEntry = 'a procedure was run';
const eventEveryMs = 2_000;
/** A start that has to build its images first takes about 20 minutes on two cores. */
const startWithinMs = 3_600_000;

export function createDrills(dependencies: DrillDependencies): Drills {
  const { provider, store, clock, scenarios, diary } = dependencies;
  /** With the moment it was handed over: another process may have reset the session, and its cluster is a new one then. */
  const opened = new Map<string, { readyAt: number | undefined; cluster: Promise<Cluster> }>();
  /** Walks under way in this process, so that a stop can end them. */
  const walking = new Map<string, { abort: AbortController; ended: Promise<unknown> }>();
  const proofs = new Map<string, StartProof>();
  /** Clusters that are being taken down by this process, and that no session has any more. */
  const discarding = new Set<Promise<void>>();

  const closeCluster = async (session: string) => {
    const known = opened.get(session);
    opened.delete(session);
    await known?.cluster.then((it) => it.close()).catch(() => {});
  };
  const openCluster = async ({ id, cluster, readyAt }: SessionRecord): Promise<Cluster> => {
    // Another process may have let it doze.
    await provider.wake(cluster);
    const known = opened.get(id);
    if (known?.readyAt === readyAt && known !== undefined) return known.cluster;
    const closed = closeCluster(id);
    const fresh = { readyAt, cluster: provider.open(cluster) };
    opened.set(id, fresh);
    // A failed opening must not be remembered: the cluster may be back at the next question.
    fresh.cluster.catch(() => opened.get(id) === fresh && opened.delete(id));
    await closed;
    return fresh.cluster;
  };
  const insist = (session: string): SessionRecord => {
    const record = store.get(session);
    if (record === undefined) throw new KubewrightError('SESSION_UNKNOWN', `there is no session "${session}"`);
    return record;
  };
  const planOf = async (record: SessionRecord) => {
    const scenario = await scenarios.loadFolder(record.folder);
    const session = readSessionVariables(record.facts);
    return { scenario, drill: await planDrill(scenario, session, dependencies.packsFolder) };
  };
  const open = async (session: string): Promise<OpenDrill> => {
    const record = insist(session);
    if (record.state !== 'ready' && record.state !== 'finished') {
      throw new KubewrightError('SESSION_STATE', `session ${session} is ${stateWords[record.state]}`);
    }
    return { record, ...(await planOf(record)), cluster: await openCluster(record) };
  };
  const roundOf = (
    { record, cluster }: Pick<OpenDrill, 'record' | 'cluster'>,
    { signal, progress }: Pick<Round, 'signal' | 'progress'> = {},
  ): Round => ({
    cluster,
    definitions: dependencies.checks,
    clock,
    since: record.readyAt ?? record.createdAt,
    until: clock.now(),
    happened: record.happened,
    signal,
    progress,
  });
  const eventsOf = async (session: string) => {
    const it = await open(session);
    if (it.record.state !== 'ready') return;
    await letEventsHappen(it.drill, roundOf(it), {
      claim: (event, at) => store.claimEvent(session, event, at),
      release: (event) => store.releaseEvent(session, event),
    });
  };
  const newFacts = async () => ({
    SESSION_TOKEN: randomBytes(8).toString('hex'),
    KUBEADM_FLAGS: await dependencies.kubeadmFlags(),
  });
  /** Part of the walk, because on a machine without images asking which release they hold makes them. */
  const addReleases = async (session: string, { onStep, signal }: StartOptions) => {
    const { versions } = await scenarios.loadFolder(insist(session).folder);
    const progress = (detail: string) =>
      onStep?.({ step: provision.name, title: provision.title, state: 'running', detail });
    const { from, to } = await dependencies.releases(versions, progress, signal);
    store.addFacts(session, { ...releaseFacts('FROM', from), ...(to === undefined ? {} : releaseFacts('TO', to)) });
  };

  /**
   * Walks a journalled session to ready. Everything is taken down again when a step fails.
   * @param before what has to be out of the way first
   * @param isWaiting whether its cluster was made ahead
   */
  const walkTo = (
    session: string,
    options: StartOptions,
    { before = async () => {}, isWaiting = false }: { before?: () => Promise<void>; isWaiting?: boolean } = {},
  ): Promise<SessionRow> => {
    const abort = new AbortController();
    const signal = options.signal === undefined ? abort.signal : AbortSignal.any([options.signal, abort.signal]);
    const deadline = setTimeout(() => {
      abort.abort(new KubewrightError('DEADLINE', `the drill was not ready within ${startWithinMs / 60_000} minutes`));
    }, startWithinMs);
    const walked = walkWith(session, { ...options, signal }, before, isWaiting).finally(() => clearTimeout(deadline));
    // Known before anything is waited for: a stop that comes now must end this walk, not race with it.
    walking.set(session, { abort, ended: walked.catch(() => {}) });
    return walked;
  };
  const walkWith = async (
    session: string,
    options: StartOptions & { signal: AbortSignal },
    before: () => Promise<void>,
    isWaiting: boolean,
  ): Promise<SessionRow> => {
    const { signal } = options;
    let context: DrillContext | undefined;
    try {
      await before();
      await addReleases(session, options);
      const record = insist(session);
      const { drill } = await planOf(record);
      const { faults, checks } = dependencies;
      const { golden = 'at-hand' } = options;
      context = {
        ...{ session, clusterId: record.cluster, drill },
        ...{ provider, faults, checks, clock, signal, golden, isWaiting },
      };
      const onStep = journalSteps(session, options);
      const made = context;
      await runSteps(walk, made, {
        clock,
        signal,
        onStep(progress) {
          onStep(progress);
          if (progress.state !== 'done') return;
          if (progress.step === watch.name) diary?.looked(session, clock.now(), made.healthy ?? []);
          if (progress.step === prove.name) diary?.looked(session, clock.now(), made.broken ?? []);
        },
      });
      // A clock that was set back must not make a session ready before it was begun.
      const readyAt = Math.max(clock.now(), insist(session).createdAt);
      if (context.cluster !== undefined) opened.set(session, { readyAt, cluster: Promise.resolve(context.cluster) });
      store.move(session, 'ready', { readyAt });
      return toRow(insist(session));
    } catch (error) {
      const known = isKubewrightError(error) ? error : undefined;
      if (known?.code === 'INTERRUPTED') store.remove(session);
      else {
        const message = error instanceof Error ? error.message : String(error);
        store.move(session, 'failed', {
          error: { message, remedy: known?.remedy ?? 'Start the drill again; if it repeats, report it.' },
        });
      }
      throw error;
    } finally {
      walking.delete(session);
      proofs.set(session, {
        ...(context?.healthy === undefined ? {} : { healthy: context.healthy }),
        ...(context?.broken === undefined ? {} : { broken: context.broken }),
        ...(context?.cluster === undefined ? {} : { restored: context.cluster.restored }),
      });
    }
  };
  /** Keeps the steps of a walk in the session's row, and tells whoever started it. */
  const journalSteps = (session: string, options: StartOptions) => {
    const steps: StepProgress[] = walk.map(({ name, title }) => ({ step: name, title, state: 'waiting' }));
    store.setSteps(session, steps);
    return (progress: StepProgress) => {
      const index = steps.findIndex((step) => step.step === progress.step);
      if (index >= 0) steps[index] = progress;
      store.setSteps(session, steps);
      if (progress.detail === undefined) store.journal(session, clock.now(), `${progress.step} ${progress.state}`);
      options.onStep?.(progress);
    };
  };
  /** Ends a drill with the verdict that stands, and keeps its story while the cluster is there. */
  const conclude = async (it: OpenDrill, verdict: Verdict): Promise<Verdict> => {
    const { id, readyAt } = it.record;
    const at = clock.now();
    diary?.looked(id, at, verdict.checks);
    const keep = await diary?.judged({ ...it, finishedAt: at });
    const { verdict: standing, result, isNew } = store.conclude(id, { readyAt, at, verdict });
    if (isNew) keep?.(result);
    return standing;
  };
  /** Id of a cluster that waits and is of the kind this scenario wants; it is a session's from then on. */
  const takeWaiting = async (scenario: Scenario, onTaken: (id: string) => void): Promise<string | undefined> => {
    // Most machines keep none, and looking for the image takes a while.
    if (store.waiting.all().length === 0) return undefined;
    const kind = nameKind(clusterKindOf(scenario), await dependencies.nodeImage(scenario.versions));
    return store.waiting.take(kind, onTaken);
  };
  const freeId = (): string => {
    const id = newId();
    return store.all().some((record) => record.id === id || record.cluster === id) ? freeId() : id;
  };
  /**
   * Takes down what a session has left, once the walk that it was left for is over: taking it down costs more than the
   * walk itself, and standing still it costs nothing. Recovery does it when that fails.
   */
  const discard = (cluster: string, walked: Promise<unknown>): void => {
    const still = provider.standStill(cluster).catch(() => {});
    const gone = Promise.all([still, walked.catch(() => {})])
      .then(() => provider.destroy(cluster))
      .then(
        () => store.discarded.remove(cluster),
        () => void store.discarded.takeOver(cluster, ownProcess(), undefined),
      );
    const ended = gone.finally(() => discarding.delete(ended));
    discarding.add(ended);
  };

  const inExam = dependencies.inExam ?? (() => false);
  const aids = createDeskAids({
    ...{ store, clock, insist, openCluster, inExam },
    plan: planOf,
    round: (record, cluster, signal) => roundOf({ record, cluster }, { signal }),
  });

  return {
    ...aids,
    proof: (session) => proofs.get(session) ?? {},
    load: (id) => scenarios.load(id),
    async lookAgain(session) {
      const it = await open(session);
      return judge(await evaluateChecks(it.drill.checks, roundOf(it)));
    },
    open,
    scenarios: async () => (await scenarios.all()).map(toSummary),
    scenario: async (id) => toPage(await scenarios.load(id)),
    async start(id, options) {
      const scenario = await scenarios.load(id);
      await provider.admit();
      const facts = await newFacts();
      // Later commands may run in another folder.
      const folder = resolve(scenario.folder);
      const add = (session: string) =>
        store.add({ id: session, scenario: scenario.id, folder, createdAt: clock.now(), owner: ownProcess(), facts });
      const waiting = options.golden === 'never' ? undefined : await takeWaiting(scenario, add);
      const session = waiting ?? freeId();
      if (waiting === undefined) add(session);
      options.onSession?.(session);
      return walkTo(session, options, { isWaiting: waiting !== undefined });
    },
    sessions: async () => store.all().map(toRow),
    session: async (id) => toRow(insist(id)),
    async desk(session) {
      const record = insist(session);
      const { scenario, drill } = await planOf(record);
      return toDesk(session, drill, { exam: inExam(session), liveChecks: scenario.liveChecks });
    },
    async check(session, { signal, progress } = {}) {
      // What was judged needs no cluster any more.
      const { state, verdict: final } = insist(session);
      if (state === 'finished' && final !== undefined) return final;
      const it = await open(session);
      await eventsOf(session);
      const now = { ...it, record: insist(session) };
      progress?.('looking at the checks');
      const results = await evaluateChecks(it.drill.checks, roundOf(now, { signal, progress }));
      diary?.looked(session, clock.now(), results);
      return judge(results);
    },
    async finish(session, { signal, progress } = {}) {
      const { state, verdict: former, finishedAt } = insist(session);
      // What was judged needs no cluster any more.
      if (state === 'finished' && former !== undefined) {
        if (!isInconclusive(former)) return former;
        const again = await open(session).catch(whenGone(undefined));
        if (again === undefined) return former;
        const round = { ...roundOf(again, { signal, progress }), until: finishedAt ?? clock.now() };
        const verdict = await judgeOpenRest(again.drill, round, former);
        return await conclude(again, verdict);
      }
      const it = await open(session);
      await eventsOf(session);
      const now = { ...it, record: insist(session) };
      const verdict = await judgeFinally(it.drill, roundOf(now, { signal, progress }));
      // Somebody else may have submitted meanwhile: there is one verdict on a drill.
      return await conclude(now, verdict);
    },
    letEventsHappen: eventsOf,
    async solve(session, { script, onLine, signal }) {
      const it = await open(session);
      if (it.record.state !== 'ready')
        throw new KubewrightError('SESSION_STATE', `session ${session} is ${stateWords[it.record.state]}`);
      const text = procedureText(it.scenario, script);
      store.journal(session, clock.now(), solvedEntry);
      return whileEventsHappen(
        clock,
        () => eventsOf(session),
        () => runScript(it.cluster, it.drill, text, { ...(onLine === undefined ? {} : { onLine }), signal }),
      );
    },
    async reset(session, options) {
      // One that no longer loads fails on the walk, with its reason.
      const scenario = await scenarios.loadFolder(insist(session).folder).catch(() => undefined);
      const facts = await newFacts();
      diary?.forget(session);
      let former = '';
      const restart = (cluster?: string) => {
        former = store.restart(session, ownProcess(), facts, cluster);
      };
      const mayTake = options.golden !== 'never' && scenario !== undefined;
      const waiting = mayTake ? await takeWaiting(scenario, restart) : undefined;
      if (waiting === undefined) restart();
      const before = async () => {
        await closeCluster(session);
        if (waiting === undefined) await provider.destroy(former);
      };
      const walked = walkTo(session, options, { before, isWaiting: waiting !== undefined });
      if (waiting !== undefined) discard(former, walked);
      return walked;
    },
    async stop(session, options = {}) {
      const underWay = walking.get(session);
      if (underWay !== undefined) {
        underWay.abort.abort(new KubewrightError('INTERRUPTED', `session ${session} was stopped`));
        await underWay.ended;
        // The walk takes down what it began; an interrupted session is not kept.
        if (store.get(session) === undefined) return;
      }
      const record = insist(session);
      const beingMade = record.state === 'provisioning' || record.state === 'stopping';
      if (beingMade && record.owner !== ownProcess() && isAlive(record.owner)) {
        throw new KubewrightError(
          'SESSION_STATE',
          `session ${session} is ${stateWords[record.state]} by process ${record.owner?.split(':')[0]}`,
          {
            remedy: 'Press Ctrl-C there, or wait until it is done.',
          },
        );
      }
      const step = { step: 'teardown', title: 'Taking the cluster down' };
      const startedAt = clock.monotonic();
      options.onStep?.({ ...step, state: 'running' });
      if (record.state !== 'stopping') store.move(session, 'stopping', { owner: ownProcess() });
      else if (record.owner !== ownProcess()) store.takeOver(session, record.owner, ownProcess());
      await closeCluster(session);
      // Asked for now: until it was being stopped another process may have reset it to another cluster.
      await provider.destroy(insist(session).cluster).catch((error: unknown) => {
        // Nobody is at it any more: recovery tries again, and so may anybody.
        store.takeOver(session, ownProcess(), undefined);
        throw error;
      });
      store.remove(session);
      proofs.delete(session);
      options.onStep?.({ ...step, state: 'done', tookMs: Math.round(clock.monotonic() - startedAt) });
    },
    openTerminal: async (session, request) => (await open(session)).cluster.openTerminal(request),
    async close() {
      await Promise.all([...opened.keys()].map(closeCluster));
      await Promise.all(discarding);
    },
  };
}

/** For a rejection: this value where the session's cluster is no more. */
function whenGone<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isKubewrightError(error) && error.code === 'SESSION_UNKNOWN') return value;
    throw error;
  };
}

/** Runs the work and lets events happen beside it, one look at a time. */
async function whileEventsHappen<T>(clock: Clock, look: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      // An API server that is away during a drill is normal; the next look comes in two seconds.
      await look().catch(() => {});
      await clock.sleep(eventEveryMs, over.signal).catch(() => {});
    }
  })();
  try {
    return await work();
  } finally {
    over.abort(new KubewrightError('INTERRUPTED', 'the script has ended'));
    await looking;
  }
}

function releaseFacts(prefix: 'FROM' | 'TO', { kubernetes, etcd, coredns }: Release): Record<string, string> {
  return { [`${prefix}_VERSION`]: kubernetes, [`${prefix}_ETCD`]: etcd, [`${prefix}_COREDNS`]: coredns };
}

export function toSummary(scenario: Scenario): ScenarioSummary {
  const { id, title, domain, minutes, difficulty, versions } = scenario;
  return { id, title, domain, minutes, difficulty, versions };
}

function toPage(scenario: Scenario): ScenarioPage {
  return {
    ...toSummary(scenario),
    teaser: teaserOf(scenario),
    shape: scenario.cluster,
    tasks: scenario.tasks.map(({ id, points }) => ({ id, points })),
    references: scenario.references,
  };
}

function toRow(record: SessionRecord): SessionRow {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    id: record.id,
    ...(record.cluster === record.id ? {} : { cluster: record.cluster }),
    scenario: record.scenario,
    state: record.state,
    createdAt: iso(record.createdAt),
    ...(record.readyAt === undefined ? {} : { readyAt: iso(record.readyAt) }),
    ...(record.finishedAt === undefined ? {} : { finishedAt: iso(record.finishedAt) }),
    steps: record.steps,
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(record.verdict === undefined ? {} : { verdict: record.verdict }),
  };
}

function toDesk(session: string, drill: PlannedDrill, may: Pick<Desk, 'exam' | 'liveChecks'>): Desk {
  return {
    session,
    ...may,
    checks: drill.checks.map(({ id, task, role, mode, kind }) => ({ id, task, role, mode, read: whereToRead(kind) })),
    title: drill.title,
    minutes: drill.minutes,
    tasks: drill.tasks,
    references: drill.references,
    machines: [{ name: 'student', role: 'student' }, ...listMachines(drill.shape)],
  };
}
