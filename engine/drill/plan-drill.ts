import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubewrightError } from '../domain/errors.ts';
import { fillSessionVariables } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { listSessionVariables, listVariables, type SessionVariables, substitute } from '../scenario/variables.ts';
import type { PlannedDrill } from './planned-drill.ts';

/** A converge check without `within` gets this long after Submit. */
const defaultWithinMs = 30_000;

/**
 * Binds a scenario to a session.
 * @param packsFolder where the workload packs (<name>.yaml) are.
 * @throws KubewrightError SCENARIO_INVALID when a pack cannot be read.
 */
export async function planDrill(
  loaded: Scenario,
  session: SessionVariables,
  packsFolder: string,
): Promise<PlannedDrill> {
  const scenario = fillSessionVariables(loaded, session);
  const environment = listVariables(scenario.cluster, scenario.versions);
  const manifests = await Promise.all(scenario.workloads.map((pack) => readPack(packsFolder, pack)));
  return {
    scenario: scenario.id,
    title: scenario.title,
    minutes: scenario.minutes,
    minor: scenario.versions.from,
    upgradeTo: scenario.versions.to,
    shape: scenario.cluster,
    manifests: substitute(manifests, { ...environment, ...session }),
    probes: scenario.probes,
    markers: scenario.markers,
    faults: scenario.faults,
    checks: scenario.tasks.flatMap((task) =>
      task.checks.map((check) => ({
        id: check.id,
        task: task.id,
        kind: check.kind,
        role: check.role,
        mode: check.mode,
        withinMs: check.withinMs ?? defaultWithinMs,
        holdsAtStart: check.holdsAtStart,
        spec: check.spec,
      })),
    ),
    tasks: scenario.tasks.map((task) => ({
      id: task.id,
      points: task.points,
      markdown: scenario.texts[task.id] ?? '',
    })),
    events: scenario.events,
    references: scenario.references,
    environment: { ...environment, ...forScripts(session, scenario) },
  };
}

/** The session's token is what a rescued file is known by: a script that could read it could make the file up. */
function forScripts(session: SessionVariables, { versions }: Scenario): Record<string, string> {
  const names = listSessionVariables(versions).filter((name) => name !== 'SESSION_TOKEN');
  return Object.fromEntries(names.map((name) => [name, session[name]]));
}

async function readPack(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, `${name}.yaml`), 'utf8');
  } catch (error) {
    throw new KubewrightError('SCENARIO_INVALID', `the workload pack "${name}" cannot be read`, { cause: error });
  }
}
