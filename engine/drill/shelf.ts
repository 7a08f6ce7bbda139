import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type LoadDependencies, loadAll, openScenario } from '../scenario/load.ts';
import { compareText } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Where drills take their scenarios from. */
export interface ScenarioShelf {
  /** Those that load; the broken ones are lint's to report. Loaded anew when a file of theirs has changed. */
  all(): Promise<readonly Scenario[]>;
  /** @throws SCENARIO_UNKNOWN, SCENARIO_INVALID */
  load(id: string): Promise<Scenario>;
  /** From the folder a session was started from, which may lie elsewhere; read anew when a file of it changes. @throws as load */
  loadFolder(folder: string): Promise<Scenario>;
}

export function createShelf(scenariosFolder: string, dependencies: LoadDependencies): ScenarioShelf {
  const { shapesFolder, workloadsFolder } = dependencies;
  let known: { readonly stamp: string; readonly scenarios: readonly Scenario[] } | undefined;
  // Reading 22 of them takes a fifth of a second and more, which everybody who opens the first page would wait for.
  const look = async () => {
    const stamp = await stampOfAll([scenariosFolder, shapesFolder, workloadsFolder]);
    if (known?.stamp !== stamp) known = { stamp, scenarios: (await loadAll(scenariosFolder, dependencies)).scenarios };
    return known.scenarios;
  };
  const opened = new Map<string, { readonly stamp: string; readonly scenario: Scenario }>();
  let looking: ReturnType<typeof look> | undefined;
  // Whoever asks while somebody looks gets what that one sees: the catalogue asks for each of them at once.
  const all = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    all,
    async load(id) {
      // A command that wants one of them does not read them all.
      const loaded = known && (await all()).find((scenario) => scenario.id === id && basename(scenario.folder) === id);
      return loaded ?? openScenario(scenariosFolder, id, dependencies);
    },
    async loadFolder(folder) {
      const stamp = await stampOfAll([folder, shapesFolder, workloadsFolder]);
      const before = opened.get(folder);
      if (before?.stamp === stamp) return before.scenario;
      const scenario = await openScenario(dirname(folder), basename(folder), dependencies);
      opened.set(folder, { stamp, scenario });
      return scenario;
    },
  };
}

async function stampOfAll(folders: readonly string[]): Promise<string> {
  return (await Promise.all(folders.map(stampOf))).join('\n');
}

/** Changes when a file below the folder comes, goes or is written; empty for one that cannot be read. */
async function stampOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const stamps = names.toSorted(compareText).map(async (name) => {
    const facts = await lstat(join(folder, name)).catch(() => undefined);
    return `${name} ${facts?.mtimeMs} ${facts?.size}`;
  });
  return (await Promise.all(stamps)).join('\n');
}
