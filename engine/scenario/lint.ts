import { basename, join, resolve } from 'node:path';
import { formatPath, type PathPart, type Problem, sortProblems } from './problem.ts';
import type { Scenario, ScenarioScript } from './scenario.ts';
import type { CheckKinds, FaultKinds } from './schema.ts';
import { listMachines } from './shape.ts';

type Report = (path: readonly PathPart[], message: string, remedy: string) => void;

/** The kind of check that reads the witness's requests to a service. */
const trafficKind = 'traffic';
const fewestWrong = 3;

/** The rules a scenario must keep beyond its format, so that its verdict can be trusted. Looks at nothing but its arguments. */
export function lintScenario(
  scenario: Scenario,
  kinds: { readonly faults: FaultKinds; readonly checks: CheckKinds },
): Problem[] {
  const problems: Problem[] = [];
  const { file, locate } = scenario.source;
  const report: Report = (path, message, remedy) => {
    problems.push({ file, ...locate(path), path: formatPath(path), message, remedy });
  };
  lintNames(scenario, kinds, report);
  lintTasks(scenario, report);
  lintWrong(scenario, report);
  lintMachines(scenario, report);
  lintReferences(scenario, report);
  for (const { path, script } of listScripts(scenario)) problems.push(...lintScript(scenario, path, script));
  return sortProblems(problems);
}

function lintNames(
  scenario: Scenario,
  kinds: { readonly faults: FaultKinds; readonly checks: CheckKinds },
  report: Report,
): void {
  const path = ['metadata', 'id'];
  const folder = basename(resolve(scenario.folder));
  if (scenario.id !== folder) {
    report(path, `the id "${scenario.id}" is not the folder's name "${folder}"`, 'Rename one of the two.');
  }
  for (const [noun, known] of [
    ['fault', kinds.faults],
    ['check', kinds.checks],
  ] as const) {
    if (!Object.hasOwn(known, scenario.id)) continue;
    report(path, `the id "${scenario.id}" is a kind of ${noun}`, 'Name the scenario after what the learner does.');
  }
  const checks = scenario.tasks.flatMap((task, taskIndex) =>
    task.checks.map(({ id }, index) => ({ id, path: ['tasks', taskIndex, 'checks', index, 'id'] })),
  );
  lintUnique('check', checks, report);
  lintUnique('task', idsOf('tasks', scenario.tasks), report);
  lintUnique('event', idsOf('events', scenario.events), report);
  lintUnique(
    'wrong procedure',
    scenario.wrong.map(({ name }, index) => ({ id: name, path: ['wrong', index, 'script'] })),
    report,
  );
}

function idsOf(list: string, items: readonly { readonly id: string }[]): { id: string; path: PathPart[] }[] {
  return items.map(({ id }, index) => ({ id, path: [list, index, 'id'] }));
}

function lintUnique(noun: string, items: readonly { id: string; path: readonly PathPart[] }[], report: Report): void {
  const seen = new Set<string>();
  for (const { id, path } of items) {
    if (seen.has(id)) report(path, `a second ${noun} named "${id}"`, 'Give each a name of its own.');
    seen.add(id);
  }
}

function lintTasks(scenario: Scenario, report: Report): void {
  const known = checkIds(scenario);
  const probed = new Set(scenario.probes.map(({ service }) => service));
  for (const [index, task] of scenario.tasks.entries()) {
    if (!task.checks.some(({ role, holdsAtStart }) => role === 'objective' && !holdsAtStart)) {
      const remedy = 'Give it an objective that fails before the work; what holds already is a safeguard.';
      report(['tasks', index, 'checks'], `the task "${task.id}" has no objective that is open at the start`, remedy);
    }
    for (const [hintIndex, { when }] of task.hints.entries()) {
      if (when === undefined || known.has(when.check)) continue;
      const path = ['tasks', index, 'hints', hintIndex, 'when', 'check'];
      report(path, `the hint waits for an unknown check "${when.check}"`, 'Name a check of this scenario.');
    }
    for (const [checkIndex, { kind, spec }] of task.checks.entries()) {
      if (kind !== trafficKind || spec === null || typeof spec !== 'object' || !('service' in spec)) continue;
      if (typeof spec.service !== 'string' || probed.has(spec.service)) continue;
      const path = ['tasks', index, 'checks', checkIndex, 'service'];
      report(path, `nobody sends requests to the service "${spec.service}"`, 'Add it to "probes" with its nodePort.');
    }
  }
  for (const [index, { when }] of scenario.events.entries()) {
    if (known.has(when.check)) continue;
    const path = ['events', index, 'when', 'check'];
    report(path, `the event waits for an unknown check "${when.check}"`, 'Name a check of this scenario.');
  }
}

function lintWrong(scenario: Scenario, report: Report): void {
  const { wrong } = scenario;
  const known = checkIds(scenario);
  if (wrong.length < fewestWrong) {
    const message = `there are ${wrong.length} wrong procedures; at least ${fewestWrong} are needed`;
    report(['wrong'], message, 'Add what learners really do wrong.');
  }
  for (const [index, { fails }] of wrong.entries()) {
    for (const [place, id] of fails.entries()) {
      const path = ['wrong', index, 'fails', place];
      if (!known.has(id)) report(path, `unknown check "${id}"`, 'Name a check of this scenario.');
      else if (fails.indexOf(id) !== place) report(path, `"${id}" is named twice`, 'Name it once.');
    }
  }
  const named = new Set(wrong.flatMap(({ fails }) => fails));
  for (const [taskIndex, { checks }] of scenario.tasks.entries()) {
    for (const [index, { id }] of checks.entries()) {
      if (named.has(id)) continue;
      const message = `no wrong procedure fails the check "${id}": nothing shows that it can say no`;
      report(['tasks', taskIndex, 'checks', index, 'id'], message, 'Add a wrong procedure that fails it.');
    }
  }
  const safeguards = new Set(
    scenario.tasks.flatMap(({ checks }) => checks.filter(({ role }) => role === 'safeguard').map(({ id }) => id)),
  );
  if (!wrong.some(({ fails }) => fails.every((id) => safeguards.has(id)))) {
    const message = 'no wrong procedure meets all objectives and breaks only safeguards';
    report(['wrong'], message, 'Add one that reaches the goal in a way an operator must not.');
  }
}

/** Keys of faults and checks whose value names a machine, and whether the student host is one of those allowed. */
const machineKeys: Readonly<Record<string, { readonly student: boolean }>> = {
  node: { student: false },
  machine: { student: true },
  on: { student: true },
};

function lintMachines(scenario: Scenario, report: Report): void {
  const nodes = listMachines(scenario.cluster).map(({ name }) => name);
  const lint = (value: unknown, path: readonly PathPart[], allowed?: readonly string[]): void => {
    if (typeof value === 'string') {
      if (allowed === undefined || allowed.includes(value)) return;
      const message = `the cluster "${scenario.cluster.name}" has no machine "${value}"`;
      report(path, message, `Use ${allowed.join(', ')}, or a variable such as \${CONTROL_PLANE}.`);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) lint(item, [...path, index], allowed);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) {
        const rule = Object.hasOwn(machineKeys, key) ? machineKeys[key] : undefined;
        lint(item, [...path, key], rule && (rule.student ? [...nodes, 'student'] : nodes));
      }
    }
  };
  for (const [index, { spec }] of scenario.faults.entries()) lint(spec, ['faults', index]);
  for (const [index, { checks }] of scenario.tasks.entries()) {
    for (const [place, { spec }] of checks.entries()) lint(spec, ['tasks', index, 'checks', place]);
  }
  for (const [index, event] of scenario.events.entries()) lint(event.do, ['events', index, 'do']);
}

function lintReferences(scenario: Scenario, report: Report): void {
  for (const [index, reference] of scenario.references.entries()) {
    if (URL.canParse(reference) && reference.startsWith('https://')) continue;
    report(['references', index], `"${reference}" is not an https address`, 'Write the whole address, https://….');
  }
}

function listScripts(scenario: Scenario): { path: readonly PathPart[]; script: ScenarioScript }[] {
  return [
    { path: ['solution'], script: scenario.solution },
    ...scenario.wrong.map((script, index) => ({ path: ['wrong', index, 'script'], script })),
    ...scenario.alsoRight.map((script, index) => ({ path: ['alsoRight', index], script })),
  ];
}

function lintScript(scenario: Scenario, path: readonly PathPart[], script: ScenarioScript): Problem[] {
  const problem = (line: number, message: string, remedy: string): Problem => {
    return { file: join(scenario.folder, script.script), line, column: 1, path: formatPath(path), message, remedy };
  };
  const problems: Problem[] = [];
  if (!/^#!\s*\/\S/.test(script.text)) {
    problems.push(problem(1, 'the script does not begin with "#!"', 'Begin it with "#!/bin/bash".'));
  }
  if (!script.text.split('\n').some(changesSomething)) {
    problems.push(problem(1, 'the script changes nothing', 'Write the commands a learner would type.'));
  }
  return problems;
}

/** Comments, blank lines, shell options and commands that only succeed do not count. */
function changesSomething(line: string): boolean {
  const command = line.trim();
  return command !== '' && !command.startsWith('#') && !/^(set\s+[-+].*|:|true|exit(\s+0)?);?$/.test(command);
}

function checkIds(scenario: Scenario): Set<string> {
  return new Set(scenario.tasks.flatMap(({ checks }) => checks.map(({ id }) => id)));
}
