import type { Glance, HintBoard } from '../domain/aids.ts';
import { KubewrightError } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { DeskAids } from '../engine.ts';
import type { Cluster } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SessionRecord, SessionStore } from '../store/sessions.ts';
import type { Clock } from '../system/clock.ts';
import { createClusterWatch } from './cluster-look.ts';
import { evaluateChecks, type PlannedCheck, type Round } from './evaluate.ts';
import { boardOf, checksToHintBy, gaveUpKey, hintsThatAppear, keyOfOffered } from './hints.ts';
import type { PlannedDrill } from './planned-drill.ts';
import { walkthroughOf } from './walkthrough.ts';

/** What the aids need of the drills. */
export interface AidedDrills {
  readonly store: SessionStore;
  readonly clock: Clock;
  /** @throws KubewrightError SESSION_UNKNOWN */
  insist(session: string): SessionRecord;
  plan(record: SessionRecord): Promise<{ readonly scenario: Scenario; readonly drill: PlannedDrill }>;
  openCluster(record: SessionRecord): Promise<Cluster>;
  round(record: SessionRecord, cluster: Cluster, signal: AbortSignal | undefined): Round;
  /** Whether the session is a question of an exam that goes on: then there are no aids. */
  inExam(session: string): boolean;
}

/** A view that changes more often than this is no help. */
const lookEveryMs = 1_000;
const noHints: HintBoard = { hints: [], more: 0, spent: 0, gaveUp: false };

/** What helps a learner at the desk and judges nothing: live checks, hints, the solution, the look of the cluster. */
export function createDeskAids(drills: AidedDrills): DeskAids {
  const { store, clock } = drills;

  const note = (session: string, keys: readonly string[]) => {
    for (const key of keys) store.claimEvent(session, key, clock.now());
  };

  /** Looks at the wanted checks and at those that hints wait for, and notes the hints that appear by them. */
  const lookAt = async (session: string, isLive: boolean, signal?: AbortSignal) => {
    const record = drills.insist(session);
    const { scenario, drill } = await drills.plan(record);
    if (record.state !== 'ready') return { scenario, live: [] };
    const hinting = checksToHintBy(scenario, record.happened);
    const wanted = drill.checks.filter(
      (check) => hinting.includes(check.id) || (isLive && isSeenAtAGlance(check, scenario)),
    );
    if (wanted.length === 0) return { scenario, live: [] };
    const cluster = await drills.openCluster(record);
    const results = await evaluateChecks(wanted, drills.round(record, cluster, signal));
    note(session, hintsThatAppear(scenario, record.happened, results));
    const liveIds = new Set(drill.checks.filter((check) => isSeenAtAGlance(check, scenario)).map((check) => check.id));
    return { scenario, live: isLive ? results.filter((result) => liveIds.has(result.id)) : [] };
  };

  return {
    async glance(session, { signal } = {}): Promise<Glance> {
      if (drills.inExam(session)) return { checks: [], hints: noHints };
      const { scenario, live } = await lookAt(session, true, signal);
      return { checks: live, hints: boardOf(scenario, drills.insist(session).happened) };
    },

    async hints(session, { signal } = {}) {
      if (drills.inExam(session)) return noHints;
      const { scenario } = await lookAt(session, false, signal);
      return boardOf(scenario, drills.insist(session).happened);
    },

    async takeHint(session, id) {
      refuseInExam(drills, session);
      const record = drills.insist(session);
      if (record.state !== 'ready')
        throw new KubewrightError('SESSION_STATE', `the drill in session ${session} is over`);
      const { scenario } = await drills.plan(record);
      note(session, [keyOfOffered(boardOf(scenario, record.happened), id)]);
      return boardOf(scenario, drills.insist(session).happened);
    },

    async walkthrough(session, { giveUp }) {
      refuseInExam(drills, session);
      const record = drills.insist(session);
      const isOver = record.state === 'finished' || record.happened[gaveUpKey] !== undefined;
      if (!isOver && !giveUp) {
        throw new KubewrightError('SESSION_STATE', 'the solution is shown when the drill has been judged or given up');
      }
      if (!isOver) note(session, [gaveUpKey]);
      const { scenario, drill } = await drills.plan(record);
      const meanings = new Map(record.verdict?.checks.map((check) => [check.id, check.meaning]));
      return {
        ...walkthroughOf(scenario.solution.text, drill.environment),
        clues: scenario.tasks.flatMap((task) => task.hints.map((hint) => hint.text)),
        judged: drill.checks.map(({ id }) => ({ check: id, meaning: meanings.get(id) ?? '' })),
      };
    },

    async look(session, { onLook, onStir }, signal) {
      const record = drills.insist(session);
      const cluster = await drills.openCluster(record);
      const watch = createClusterWatch();
      // The record is told from its beginning; what has happened before is no news.
      const since = clock.now();
      let told = '';
      const tell = () => {
        const look = watch.look(clock.now());
        const text = JSON.stringify(look);
        if (text !== told) onLook(look);
        told = text;
      };
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      const following = cluster.witness
        .follow((events) => {
          for (const event of events) watch.take(event);
          if (events.some((event) => event.at >= since && stirs(event))) onStir();
        }, either)
        .finally(() => over.abort());
      while (!either.aborted) {
        await clock.sleep(lookEveryMs, either).catch(() => {});
        if (!either.aborted) tell();
      }
      await following;
    },
  };
}

/** Checks of the whole drill are read from its whole record: too much for every few seconds, and a look at its end is what counts. */
function isSeenAtAGlance(check: PlannedCheck, scenario: Scenario): boolean {
  return scenario.liveChecks && check.mode !== 'hold';
}

/** What comes all the time whatever happens turns no check. */
function stirs({ kind }: TimelineEvent): boolean {
  return kind !== 'tick' && kind !== 'traffic' && kind !== 'apiserver';
}

function refuseInExam(drills: AidedDrills, session: string): void {
  if (!drills.inExam(session)) return;
  throw new KubewrightError('SESSION_STATE', 'an exam has no hints and no solution before its end');
}
