import { rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inputsOfRow, listSources } from '../../../engine/scenario/inputs.ts';
import { loadScenario } from '../../../engine/scenario/load.ts';
import { changed, makeScenarioFolder, type ScenarioFolder } from './scenario-folder.ts';

async function inputsOf({ folder, dependencies }: ScenarioFolder): Promise<string> {
  const { scenario } = await loadScenario(folder, dependencies);
  if (scenario === undefined) throw new Error('the scenario does not load');
  return scenario.inputs;
}

test('two folders with the same files have the same fingerprint', async () => {
  const one = await makeScenarioFolder({ 'files/b': 'x', 'files/a': 'y' });
  const other = await makeScenarioFolder({ 'files/a': 'y', 'files/b': 'x' });
  await utimes(join(other.folder, 'task.md'), new Date(0), new Date(0));
  expect(await inputsOf(one)).toBe(await inputsOf(other));
});

test.each<[what: string, change: (made: ScenarioFolder) => Promise<void>]>([
  ['a new file', ({ folder, write }) => write(join(folder, 'files/new'), '')],
  ['the name of a file', ({ folder }) => rename(join(folder, 'files/a'), join(folder, 'files/b'))],
  [
    'where a file begins',
    async ({ folder, write }) => {
      await write(join(folder, 'files/a'), 'text2');
      await write(join(folder, 'files/c'), 'ext');
    },
  ],
  ['the source of a fault it uses', ({ root, write }) => write(join(root, 'engine/faults/door-jammed.ts'), '// new\n')],
  ['the source of a check it uses', ({ root, write }) => write(join(root, 'engine/checks/door.ts'), '// new\n')],
  [
    'what a kind shares with its neighbours',
    ({ root, write }) => write(join(root, 'engine/faults/hinge.ts'), '// new\n'),
  ],
  ['a source that is gone', ({ root }) => rm(join(root, 'engine/checks/door.ts'))],
])('the fingerprint changes with %s', async (_, change) => {
  const made = await makeScenarioFolder({ 'files/a': 'text', 'files/c': '2ext' });
  const before = await inputsOf(made);
  await change(made);
  expect(await inputsOf(made)).not.toBe(before);
});

test.each<[what: string, name: string, text: string]>([
  ['the words for the learner', 'task.md', '# The house\n\n## Open the door\n\nIt is stuck.\n'],
  ['a procedure', 'solution.sh', '#!/bin/bash\nreboot\n'],
  ['the title', 'scenario.yaml', changed('title: Mend the door', 'title: A door')],
])('the fingerprint of the scenario does not change with %s', async (_, name, text) => {
  const made = await makeScenarioFolder();
  const before = await inputsOf(made);
  await made.write(join(made.folder, name), text);
  expect(await inputsOf(made)).toBe(before);
});

test('the fingerprint changes with what the scenario says of its cluster, faults and checks', async () => {
  const made = await makeScenarioFolder();
  const other = await makeScenarioFolder({ 'scenario.yaml': changed('minutes: 5', 'minutes: 6') });
  expect(await inputsOf(other)).not.toBe(await inputsOf(made));
});

test('a row depends on its own procedure and on the checks that are to fail after it', () => {
  const text = '#!/bin/bash\n';
  const inputs = inputsOfRow('scenario', text, ['b', 'a']);
  expect(inputs).not.toBe('scenario');
  expect(inputsOfRow('scenario', text, ['a', 'b'])).toBe(inputs);
  expect(inputsOfRow('scenario', text, ['a'])).not.toBe(inputs);
  expect(inputsOfRow('scenario', '#!/bin/sh\n', ['b', 'a'])).not.toBe(inputs);
  expect(inputsOfRow('another', text, ['b', 'a'])).not.toBe(inputs);
});

test('the source of a kind that is not used does not count', async () => {
  const made = await makeScenarioFolder();
  const before = await inputsOf(made);
  await made.write(join(made.root, 'engine/checks/window.ts'), '// other\n');
  await made.write(join(made.root, 'clusters/other'), '// other\n');
  expect(await inputsOf(made)).toBe(before);
});

test('imports of values from the same folder are followed, types and other folders are not', async () => {
  const { root, dependencies, write } = await makeScenarioFolder();
  const engine = join(root, 'engine');
  await write(
    join(engine, 'checks/door.ts'),
    [
      "import { z } from 'zod';",
      "import type { Kind } from './kind.ts';",
      "import { word } from '../domain/word.ts';",
      "import {\n  lock,\n  type Key,\n} from './lock.ts';",
    ].join('\n'),
  );
  await write(join(engine, 'checks/lock.ts'), "import { door } from './door.ts';\n");
  const sources = await listSources(dependencies.engineFolder, ['checks/door']);
  expect(sources.map(({ name }) => name)).toEqual(['engine/checks/door.ts', 'engine/checks/lock.ts']);
});
