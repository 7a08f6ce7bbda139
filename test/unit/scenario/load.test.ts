import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { fillSessionVariables, loadAll, loadScenario, openScenario } from '../../../engine/scenario/load.ts';
import { formatProblem } from '../../../engine/scenario/problem.ts';
import { readSessionVariables } from '../../../engine/scenario/variables.ts';
import { baseText, changed, makeScenarioFolder } from './scenario-folder.ts';

test('a scenario is loaded with its checks split, its variables filled in and its texts read', async () => {
  const { folder, dependencies } = await makeScenarioFolder();
  const { scenario, problems } = await loadScenario(folder, dependencies);
  expect(problems).toEqual([]);
  expect(scenario).toMatchObject({
    id: 'mend-the-door',
    versions: { from: '1.34' },
    cluster: { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 },
    markers: false,
    workloads: ['town'],
    probes: [{ service: 'town/web', nodePort: 30_080, path: '/' }],
    faults: [{ kind: 'door-jammed', spec: { node: 'w1' } }],
    folder,
    inputs: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(scenario?.tasks[0]?.checks).toEqual([
    {
      id: 'opened',
      kind: 'door',
      role: 'objective',
      mode: 'converge',
      withinMs: 120_000,
      holdsAtStart: false,
      spec: { node: 'w1', is: 'open' },
    },
    {
      id: 'never-down',
      kind: 'traffic',
      role: 'safeguard',
      mode: 'hold',
      holdsAtStart: false,
      spec: { service: 'town/web' },
    },
  ]);
  expect(scenario?.tasks[0]?.hints).toEqual([
    { text: 'Look at the hinges.', cost: 1 },
    { text: 'Push on w1.', cost: 0, when: { check: 'opened', is: 'failed' } },
  ]);
  expect(scenario?.texts).toEqual({
    open: '## Open the door\n\nThe door of `w1` is stuck.\n\n### Mind\n\nQuietly.\n',
  });
  expect(scenario?.solution).toMatchObject({ name: 'solution', script: 'solution.sh' });
  expect(scenario?.wrong[0]).toMatchObject({ name: 'kicked', script: 'wrong/kicked.sh', fails: ['never-down'] });
  expect(scenario?.alsoRight.map(({ name }) => name)).toEqual(['unscrewed']);
});

test('what only a session knows stands until it is filled in', async () => {
  const { folder, dependencies } = await makeScenarioFolder({ 'task.md': '# Open the door\n\n${SESSION_TOKEN}\n' });
  const { scenario } = await loadScenario(folder, dependencies);
  if (scenario === undefined) throw new Error('the base scenario does not load');
  expect(scenario.events[0]?.do.text).toBe('hello ${SESSION_TOKEN}');
  const filled = fillSessionVariables(scenario, readSessionVariables({ SESSION_TOKEN: 'abc' }));
  expect(filled.events[0]?.do.text).toBe('hello abc');
  expect(filled.texts['open']).toContain('\nabc\n');
});

test('the release that is upgraded to is a variable only where the scenario upgrades', async () => {
  const { folder, dependencies, write } = await makeScenarioFolder({ 'task.md': '# Open the door\n\n${TO_VERSION}\n' });
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('unknown variable ${TO_VERSION}')]);
  await write(join(folder, 'scenario.yaml'), changed('from: "1.34"', 'from: "1.34", to: "1.35"'));
  const { scenario } = await loadScenario(folder, dependencies);
  if (scenario === undefined) throw new Error('the scenario does not load');
  const filled = fillSessionVariables(scenario, readSessionVariables({ TO_VERSION: '1.35.4' }));
  expect(filled.texts['open']).toContain('\n1.35.4\n');
});

test('every problem is said at once, in the order of the file', async () => {
  const text = changed('title: Mend the door', 'titel: Mend the door')
    .replace('minutes: 5', 'minutes: 5000')
    .replace('from: "1.34"', 'from: 1.34')
    .replace('cluster: one-worker', 'cluster: two-workers')
    .replace('workloads: [town]', 'workloads: [village]')
    .replace('kind: door-jammed', 'kind: door-locked')
    .replace('points: 5', 'points: none')
    .replace('{ id: opened, kind: door,', '{ id: Opened, kind: doors,')
    .replace('mode: converge, within: 2m', 'within: soon')
    .replace('solution: solution.sh', 'solution: missing.sh')
    .replace('hello ${SESSION_TOKEN}', 'hello ${SESSION}');
  const { folder, dependencies } = await makeScenarioFolder({ 'scenario.yaml': text });
  const { problems } = await loadScenario(folder, dependencies);
  const paths = problems.map(({ path }) => path);
  expect(paths).toEqual([
    'metadata.title',
    'metadata.titel',
    'metadata.minutes',
    'versions.from',
    'cluster',
    'workloads[0]',
    'faults[0].kind',
    'tasks[0].points',
    'tasks[0].checks[0].id',
    'tasks[0].checks[0].kind',
    'tasks[0].checks[0].within',
    'solution',
    'events[0].do.text',
  ]);
});

test('a variable is filled in after parsing, so that no value changes the structure', async () => {
  const text = changed('text: "hello ${SESSION_TOKEN}"', 'text: "${FROM}: [&a, *b]"');
  const { folder, dependencies } = await makeScenarioFolder({ 'scenario.yaml': text });
  const { scenario } = await loadScenario(folder, dependencies);
  expect(scenario?.events[0]?.do.text).toBe('1.34: [&a, *b]');
});

test('an unknown variable of the task text is said at its place in that file', async () => {
  const { folder, dependencies } = await makeScenarioFolder({
    'task.md': '# House\n\n## Open the door\n\nBefore:\n  on ${WORKER_7}\n',
  });
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems).toMatchObject([{ file: join(folder, 'task.md'), line: 6, column: 6 }]);
  expect(problems[0]?.message).toContain('unknown variable ${WORKER_7}');
});

test('a symbolic link is refused, and one that leads out of the folder is no file of it either', async () => {
  const { root, folder, dependencies, write } = await makeScenarioFolder({
    'scenario.yaml': changed('solution: solution.sh', 'solution: outside.sh').replace(
      'right/unscrewed.sh',
      'inside.sh',
    ),
  });
  await write(join(root, 'secret.sh'), '#!/bin/bash\nkubectl get nodes\n');
  await symlink(join(root, 'secret.sh'), join(folder, 'outside.sh'));
  await symlink('right/unscrewed.sh', join(folder, 'inside.sh'));
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems).toMatchObject([
    { path: '', message: '"inside.sh" is a link', remedy: 'Put the file itself into the folder.' },
    { path: '', message: '"outside.sh" is a link' },
    { path: 'solution', message: '"outside.sh" is outside the folder' },
  ]);
});

test('a folder without a scenario file is a problem, not an exception', async () => {
  const { root, dependencies } = await makeScenarioFolder();
  const { scenario, problems } = await loadScenario(join(root, 'nowhere'), dependencies);
  expect(scenario).toBeUndefined();
  expect(problems).toMatchObject([{ file: join(root, 'nowhere', 'scenario.yaml'), line: 1, column: 1 }]);
});

test('a broken shape file is reported in that file', async () => {
  const { root, folder, dependencies, write } = await makeScenarioFolder();
  const shape = join(root, 'shapes/one-worker.yaml');
  await write(shape, 'apiVersion: kubewright/v1\nkind: Shape\nname: one-worker\ncontrolPlanes: 1\nworkers: many\n');
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems).toMatchObject([{ file: shape, line: 5, column: 10, path: 'workers' }]);
});

test('a broken scenario among others gives its problems and is left out', async () => {
  const { scenarios, folder, dependencies, write } = await makeScenarioFolder();
  await write(join(scenarios, 'a-broken-one', 'scenario.yaml'), 'hello\n');
  await write(join(scenarios, '.hidden', 'scenario.yaml'), 'hello\n');
  await write(join(scenarios, 'README.md'), 'hello\n');
  const all = await loadAll(scenarios, dependencies);
  expect(all.scenarios.map((scenario) => scenario.folder)).toEqual([folder]);
  expect(all.problems.map(({ file }) => file)).toEqual([join(scenarios, 'a-broken-one', 'scenario.yaml')]);
});

test('an unknown id is answered with the nearest ones', async () => {
  const { scenarios, dependencies } = await makeScenarioFolder();
  for (const id of ['mend-the-dor', '../scenarios/mend-the-door', '', '__proto__']) {
    await expect(openScenario(scenarios, id, dependencies)).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' });
  }
  await expect(openScenario(scenarios, 'mend-the-dor', dependencies)).rejects.toThrow('did you mean "mend-the-door"?');
});

test('opening a broken scenario throws every problem as file:line:column, message and remedy', async () => {
  const text = changed('minutes: 5', 'minutes: x').replace('points: 5', 'points: y');
  const { scenarios, folder, dependencies } = await makeScenarioFolder({ 'scenario.yaml': text });
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems).toHaveLength(2);
  const error = await openScenario(scenarios, 'mend-the-door', dependencies).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KubewrightError);
  expect(error).toMatchObject({ code: 'SCENARIO_INVALID', message: problems.map(formatProblem).join('\n') });
  expect(String(error)).toContain('mend-the-door/scenario.yaml:8:12 "minutes" must be a number, found "x" — ');
});

test('no key of a file reaches a prototype', async () => {
  const text = baseText.replace('  difficulty: easy', '  difficulty: easy\n  "__proto__": { polluted: yes }');
  const { folder, dependencies } = await makeScenarioFolder({ 'scenario.yaml': text });
  const { problems } = await loadScenario(folder, dependencies);
  expect(problems).toMatchObject([{ message: 'the key "__proto__" is not allowed' }]);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
