import { KubewrightError } from '../domain/errors.ts';
import type { DrillResult } from '../domain/results.ts';
import { toSummary } from '../drill/drills.ts';
import { inputsOfSolution } from '../drill/procedures.ts';
import type { ScenarioShelf } from '../drill/shelf.ts';
import type { DebriefPage, Records } from '../engine.ts';
import { progressOf } from '../progress/progress-of.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ExamStore } from '../store/exams.ts';
import type { ResultStore } from '../store/results.ts';
import { findParting } from './compare.ts';
import { readReference, referencesFolder } from './reference.ts';

/** What is kept of drills, for the pages that look back. */
export function createRecords(dependencies: {
  readonly results: ResultStore;
  readonly exams: Pick<ExamStore, 'all'>;
  readonly scenarios: ScenarioShelf;
}): Records {
  const { results, exams, scenarios } = dependencies;
  const insist = (number: number): DrillResult => {
    const result = results.get(number);
    if (result === undefined) throw new KubewrightError('RESULT_UNKNOWN', `there is no result ${number}`);
    return result;
  };
  /** A scenario may be gone since, or elsewhere: what is kept can be looked at without it. */
  const scenarioOf = (id: string): Promise<Scenario | undefined> => scenarios.load(id).catch(() => undefined);

  return {
    results: async () => results.all(),
    async resultOfSession(session) {
      return results.ofSession(session);
    },
    async debrief(number): Promise<DebriefPage> {
      const result = insist(number);
      const debrief = results.debrief(number);
      const scenario = await scenarioOf(result.scenario);
      const known =
        scenario === undefined ? undefined : await readReference(referencesFolder(scenario.folder), scenario.id);
      const reference =
        known === undefined || scenario === undefined
          ? undefined
          : { debrief: known.debrief, isCurrent: known.inputs === inputsOfSolution(scenario) };
      return {
        result,
        title: scenario?.title ?? debrief?.title ?? result.scenario,
        ...(scenario === undefined ? {} : { domain: scenario.domain, minutes: scenario.minutes }),
        recordings: results.recordings(number),
        ...(debrief === undefined ? {} : { debrief }),
        ...(reference === undefined ? {} : { reference }),
        ...(debrief === undefined || reference === undefined || result.doneBy === 'procedure'
          ? {}
          : { parting: findParting(debrief, reference.debrief) }),
      };
    },
    async recording(number, terminal) {
      insist(number);
      const cast = results.recording(number, terminal);
      if (cast === undefined) throw new KubewrightError('RESULT_UNKNOWN', `there is no recording of ${terminal}`);
      return cast;
    },
    progress: async () => progressOf((await scenarios.all()).map(toSummary), results.all()),
    async exportAll() {
      return {
        results: results.all().map((result) => ({
          ...result,
          debrief: results.debrief(result.number),
          recordings: results
            .recordings(result.number)
            .map((recording) => ({ ...recording, cast: results.recording(result.number, recording.terminal) })),
        })),
        exams: exams.all(),
      };
    },
    async deleteAll() {
      results.deleteAll();
    },
  };
}
