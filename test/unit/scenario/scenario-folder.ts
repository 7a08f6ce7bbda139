import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LoadDependencies } from '../../../engine/scenario/load.ts';
import { smallChecks, smallFaults } from './small-kinds.ts';
import { baseText, writeSmallScenario } from './small-scenario.ts';

const baseId = 'mend-the-door';

export { baseText };

export interface ScenarioFolder {
  readonly root: string;
  /** The scenario's folder: <root>/scenarios/mend-the-door. */
  readonly folder: string;
  readonly scenarios: string;
  readonly dependencies: LoadDependencies;
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>;
}

/** A folder with the base scenario, changed by these files, and all that its loading needs; removed after the test. */
export async function makeScenarioFolder(
  changes: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ScenarioFolder> {
  const root = await mkdtemp(join(tmpdir(), 'kubewright-scenario-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const scenarios = join(root, 'scenarios');
  const folder = join(scenarios, baseId);
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  await writeSmallScenario(root);
  for (const [name, content] of Object.entries(changes)) await write(join(folder, name), content);
  await write(join(root, 'engine/faults/door-jammed.ts'), "import { hinge } from './hinge.ts';\n");
  await write(join(root, 'engine/faults/hinge.ts'), 'export const hinge = 1;\n');
  await write(join(root, 'engine/checks/door.ts'), 'export const door = 1;\n');
  const dependencies = {
    faults: smallFaults,
    checks: smallChecks,
    shapesFolder: join(root, 'shapes'),
    workloadsFolder: join(root, 'workloads'),
    engineFolder: join(root, 'engine'),
  };
  return { root, folder, scenarios, dependencies, write };
}

/** The base file with one piece of text changed. */
export function changed(piece: string, replacement: string): string {
  if (!baseText.includes(piece)) throw new Error(`base.yaml has no "${piece}"`);
  return baseText.replace(piece, () => replacement);
}
