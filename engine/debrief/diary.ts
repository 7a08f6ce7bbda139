import type { TimelineEvent } from '../domain/timeline.ts';
import type { DrillDiary, JudgedDrill } from '../drill/diary.ts';
import { solvedEntry } from '../drill/drills.ts';
import { inject } from '../drill/steps/inject.ts';
import { provision } from '../drill/steps/provision.ts';
import { traceFile } from '../drill/traced.ts';
import type { Recording } from '../providers/provider.ts';
import type { ResultStore } from '../store/results.ts';
import type { SessionStore } from '../store/sessions.ts';
import { makeDebrief } from './make-debrief.ts';

/**
 * Keeps the debrief of each judged drill. Best effort: what cannot be read is left out, and said in the session's journal;
 * the verdict stands without it.
 */
export function createDiary(dependencies: {
  readonly results: ResultStore;
  readonly sessions: Pick<SessionStore, 'entries' | 'journal'>;
}): DrillDiary {
  const { results, sessions } = dependencies;
  return {
    looked(session, at, found) {
      if (found.length > 0) {
        results.addLook(session, { at, results: found.map(({ id, role, result }) => ({ id, role, result })) });
      }
    },
    forget: (session) => results.forgetLooks(session),
    async judged(judged) {
      const { record, finishedAt } = judged;
      const note = (what: string, error: unknown) =>
        sessions.journal(record.id, finishedAt, `the debrief is without ${what}: ${String(error)}`);
      try {
        return await collect(judged, note);
      } catch (error) {
        note('everything', error);
        return () => undefined;
      }
    },
  };

  async function collect(
    judged: JudgedDrill,
    note: (what: string, error: unknown) => void,
  ): Promise<(result: number) => void> {
    const { record, cluster, finishedAt } = judged;
    const orElse = async <T>(what: string, read: Promise<T>, nothing: T): Promise<T> => {
      try {
        return await read;
      } catch (error) {
        note(what, error);
        return nothing;
      }
    };
    const [timeline, recordings, trace] = await Promise.all([
      orElse<readonly TimelineEvent[]>('the record', cluster.witness.timeline(), []),
      orElse<readonly Recording[]>('recordings', cluster.recordings(), []),
      orElse<string | undefined>('the trace of the procedure', cluster.student.read(traceFile), undefined),
    ]);
    const story = storyOf(sessions.entries(record.id));
    const debrief = makeDebrief({
      scenario: record.scenario,
      title: judged.drill.title,
      readyAt: record.readyAt ?? record.createdAt,
      finishedAt,
      timeline,
      recordings,
      trace: trace ?? '',
      faults: faultsOf(judged, story),
      happened: record.happened,
      looks: results.looks(record.id),
    });
    const doneBy = story.some(({ entry }) => entry === solvedEntry) ? 'procedure' : 'learner';
    return (result) => {
      try {
        results.keepDebrief(result, {
          ...{ session: record.id, doneBy, debrief },
          recordings: recordings.map(({ terminal, on, cast }) => ({ terminal, machine: on, cast })),
        });
      } catch (error) {
        note('everything', error);
      }
    };
  }
}

type Entry = ReturnType<SessionStore['entries']>[number];

/** The journal since the cluster that was judged began to be made: a reset goes on in the same one. */
function storyOf(entries: readonly Entry[]): readonly Entry[] {
  const begun = entries.findLastIndex(({ entry }) => entry === `${provision.name} running`);
  return entries.slice(Math.max(0, begun));
}

function faultsOf({ drill }: JudgedDrill, story: readonly Entry[]): readonly { at: number; kind: string }[] {
  const at = story.find(({ entry }) => entry === `${inject.name} running`)?.at;
  return at === undefined ? [] : drill.faults.map(({ kind }) => ({ at, kind }));
}
