import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const baseText = await readFile(new URL('./base.yaml', import.meta.url), 'utf8');

const script = '#!/bin/bash\nset -e\nkubectl get nodes\n';
/** The files of the base scenario, by path in its folder. */
const smallFiles: Readonly<Record<string, string>> = {
  'scenario.yaml': baseText,
  'task.md':
    '# The house\n\nIt is old.\n\n## Open the door\n\nThe door of `${WORKER_1}` is stuck.\n\n### Mind\n\nQuietly.\n\n## Later\n\nNo.\n',
  'solution.sh': script,
  'wrong/kicked.sh': script,
  'wrong/painted.sh': script,
  'wrong/walled-up.sh': script,
  'right/unscrewed.sh': script,
};

/** Writes the base scenario (scenarios/mend-the-door) and the shape and the pack that it names into a folder. */
export async function writeSmallScenario(root: string): Promise<void> {
  const write = async (name: string, text: string) => {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  for (const [name, text] of Object.entries(smallFiles)) await write(join('scenarios/mend-the-door', name), text);
  const shape = 'apiVersion: kubewright/v1\nkind: Shape\nname: one-worker\ncontrolPlanes: 1\nworkers: 1\n';
  await write('shapes/one-worker.yaml', shape);
  await write('workloads/town.yaml', '# nothing\n');
}
