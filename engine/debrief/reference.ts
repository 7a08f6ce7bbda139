import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Debrief } from '../domain/debrief.ts';

/** How a scenario's reference procedure went on a real cluster, recorded by "verify". */
export interface Reference {
  readonly scenario: string;
  /** Fingerprint of what it was recorded on, see computeInputs. */
  readonly inputs: string;
  readonly debrief: Debrief;
}

/** Beside the folders of the scenarios: within them it would be part of what their proof depends on. */
export function referencesFolder(scenarioFolder: string): string {
  return join(dirname(scenarioFolder), '.references');
}

/** Undefined when none has been recorded, or by a version of ours that this one does not know. */
export async function readReference(folder: string, scenario: string): Promise<Reference | undefined> {
  const text = await readFile(join(folder, `${scenario}.json`), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const reference = JSON.parse(text) as Reference;
  return reference.debrief.format === 1 ? reference : undefined;
}

/** A reader never sees half of it. */
export async function writeReference(folder: string, reference: Reference): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${reference.scenario}.json`);
  await writeFile(`${path}.new`, `${JSON.stringify(reference)}\n`);
  await rename(`${path}.new`, path);
}
