import { basename, dirname } from 'node:path';
import { type LoadDependencies, loadAll, openScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Where drills take their scenarios from. */
export interface ScenarioShelf {
  /** Those that load; the broken ones are lint's to report. */
  all(): Promise<readonly Scenario[]>;
  /** @throws SCENARIO_UNKNOWN, SCENARIO_INVALID */
  load(id: string): Promise<Scenario>;
  /** From the folder a session was started from, which may lie elsewhere. @throws as load */
  loadFolder(folder: string): Promise<Scenario>;
}

export function createShelf(scenariosFolder: string, dependencies: LoadDependencies): ScenarioShelf {
  return {
    all: async () => (await loadAll(scenariosFolder, dependencies)).scenarios,
    load: (id) => openScenario(scenariosFolder, id, dependencies),
    loadFolder: (folder) => openScenario(dirname(folder), basename(folder), dependencies),
  };
}
