import { expect, test } from 'vitest';
import { lintScenario } from '../../../engine/scenario/lint.ts';
import { loadScenario } from '../../../engine/scenario/load.ts';
import { changed, makeScenarioFolder } from './scenario-folder.ts';

/** What the linter says of the base scenario changed by these files, as file:line:column message. */
async function lintWith(changes: Readonly<Record<string, string>>): Promise<string[]> {
  const { folder, dependencies } = await makeScenarioFolder(changes);
  const { scenario, problems } = await loadScenario(folder, dependencies);
  expect(problems).toEqual([]);
  if (scenario === undefined) throw new Error('the scenario does not load');
  const found = lintScenario(scenario, dependencies);
  for (const { remedy } of found) expect(remedy).not.toBe('');
  return found.map(
    ({ file, line, column, message }) => `${file.slice(folder.length + 1)}:${line}:${column} ${message}`,
  );
}

const fileWith = (piece: string, replacement: string) => ({ 'scenario.yaml': changed(piece, replacement) });

test('the base scenario keeps every rule', async () => {
  expect(await lintWith({})).toEqual([]);
});

test.each<[rule: string, changes: Readonly<Record<string, string>>, said: string[]]>([
  [
    'the id is the name of the folder',
    fileWith('id: mend-the-door', 'id: paint-the-door'),
    ['scenario.yaml:5:7 the id "paint-the-door" is not the folder\'s name "mend-the-door"'],
  ],
  [
    'the id is no kind of fault',
    fileWith('id: mend-the-door', 'id: door-jammed'),
    [
      'scenario.yaml:5:7 the id "door-jammed" is not the folder\'s name "mend-the-door"',
      'scenario.yaml:5:7 the id "door-jammed" is a kind of fault',
    ],
  ],
  [
    'the id is no kind of check',
    fileWith('id: mend-the-door', 'id: door'),
    [
      'scenario.yaml:5:7 the id "door" is not the folder\'s name "mend-the-door"',
      'scenario.yaml:5:7 the id "door" is a kind of check',
    ],
  ],
  [
    'check ids are unique',
    fileWith(
      '      - { id: never-down',
      '      - { id: opened, kind: door, node: w1, is: shut }\n      - { id: never-down',
    ),
    ['scenario.yaml:23:15 a second check named "opened"'],
  ],
  [
    'every check is failed by a wrong procedure',
    {
      'scenario.yaml': changed('[opened, never-down]', '[never-down]').replace(
        'fails: [opened]',
        'fails: [never-down]',
      ),
    },
    ['scenario.yaml:22:15 no wrong procedure fails the check "opened": nothing shows that it can say no'],
  ],
  [
    'there are at least three wrong procedures',
    fileWith('  - { script: wrong/walled-up.sh, fails: [opened, never-down] }\n', ''),
    ['scenario.yaml:29:3 there are 2 wrong procedures; at least 3 are needed'],
  ],
  [
    'a wrong procedure breaks safeguards only',
    fileWith('fails: [never-down]', 'fails: [never-down, opened]'),
    ['scenario.yaml:29:3 no wrong procedure meets all objectives and breaks only safeguards'],
  ],
  [
    'wrong procedures name checks of the scenario, once',
    fileWith('fails: [opened, never-down]', 'fails: [opened, opened, closed]'),
    ['scenario.yaml:31:51 "opened" is named twice', 'scenario.yaml:31:59 unknown check "closed"'],
  ],
  [
    'every task has an objective',
    fileWith('{ id: opened, kind: door', '{ id: opened, role: safeguard, kind: door'),
    ['scenario.yaml:22:7 the task "open" has no objective that is open at the start'],
  ],
  [
    'an objective that holds at the start does not count',
    fileWith('{ id: opened, kind: door', '{ id: opened, holdsAtStart: true, kind: door'),
    ['scenario.yaml:22:7 the task "open" has no objective that is open at the start'],
  ],
  [
    'a fault is about a node of the cluster',
    fileWith('{ kind: door-jammed, node: "${WORKER_1}" }', '{ kind: door-jammed, node: w2 }'),
    ['scenario.yaml:16:32 the cluster "one-worker" has no machine "w2"'],
  ],
  [
    'a node is not the student host',
    fileWith('node: "${WORKER_1}", is: open', 'node: student, is: open'),
    ['scenario.yaml:22:69 the cluster "one-worker" has no machine "student"'],
  ],
  [
    'an event is about a machine there is',
    fileWith('machine: student', 'machine: teacher'),
    ['scenario.yaml:36:38 the cluster "one-worker" has no machine "teacher"'],
  ],
  [
    'an event waits for a check of the scenario',
    fileWith('when: { check: opened, is: passed }', 'when: { check: closed, is: passed }'),
    ['scenario.yaml:35:20 the event waits for an unknown check "closed"'],
  ],
  [
    'a hint waits for a check of the scenario',
    fileWith('when: { check: opened, is: failed }', 'when: { check: closed, is: failed }'),
    ['scenario.yaml:26:26 the hint waits for an unknown check "closed"'],
  ],
  [
    'the service of a traffic check is probed',
    fileWith('probes:\n  - { service: town/web, nodePort: 30080, path: / }\n', ''),
    ['scenario.yaml:21:68 nobody sends requests to the service "town/web"'],
  ],
  [
    'references are https addresses',
    fileWith('https://kubernetes.io', 'http://kubernetes.io'),
    ['scenario.yaml:38:5 "http://kubernetes.io/docs/concepts/architecture/nodes/" is not an https address'],
  ],
  [
    'scripts say what runs them',
    { 'solution.sh': 'kubectl get nodes\n' },
    ['solution.sh:1:1 the script does not begin with "#!"'],
  ],
  [
    'a script that changes nothing is refused',
    { 'wrong/painted.sh': '#!/bin/bash\n# kubectl get nodes\nset -euo pipefail\n\n  true\n:\nexit 0\n' },
    ['wrong/painted.sh:1:1 the script changes nothing'],
  ],
  [
    'an empty script is refused',
    { 'right/unscrewed.sh': '' },
    ['right/unscrewed.sh:1:1 the script does not begin with "#!"', 'right/unscrewed.sh:1:1 the script changes nothing'],
  ],
])('%s', async (_, changes, said) => {
  expect(await lintWith(changes)).toEqual(said);
});
