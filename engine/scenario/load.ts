import { basename, extname, join } from 'node:path';
import type { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { ClusterShape } from '../providers/provider.ts';
import { type ParsedYaml, parseYaml } from './document.ts';
import { exists, listFolders, readInside, surveyFolder } from './files.ts';
import { computeInputs, listSources } from './inputs.ts';
import { explain, translateIssues } from './issues.ts';
import {
  createPlaceFinder,
  formatPath,
  formatProblem,
  nearest,
  type PathPart,
  type Problem,
  sortProblems,
} from './problem.ts';
import type { Scenario, ScenarioScript } from './scenario.ts';
import { type CheckKinds, createScenarioSchema, type FaultKinds } from './schema.ts';
import { splitSections } from './sections.ts';
import { kebabCase, listShapes, loadShape } from './shape.ts';
import {
  eachString,
  findReferences,
  listSessionVariables,
  listVariables,
  type ScenarioVersions,
  type SessionVariables,
  substitute,
} from './variables.ts';

export interface LoadDependencies {
  readonly faults: FaultKinds;
  readonly checks: CheckKinds;
  readonly shapesFolder: string;
  /** Folder of the workload packs, <name>.yaml. */
  readonly workloadsFolder: string;
  /** Folder that holds faults/ and checks/; the kinds' source files are part of a scenario's inputs. */
  readonly engineFolder: string;
}

export interface LoadResult {
  /** Undefined when there are problems. */
  readonly scenario: Scenario | undefined;
  readonly problems: readonly Problem[];
}

const scenarioFile = 'scenario.yaml';

/** Reads a scenario's folder and says everything that is wrong with it at once. Never throws for what is in the folder. */
export async function loadScenario(folder: string, dependencies: LoadDependencies): Promise<LoadResult> {
  const file = join(folder, scenarioFile);
  const read = await readInside(folder, scenarioFile);
  if ('refused' in read) {
    return refuse([{ file, line: 1, column: 1, path: '', message: read.refused, remedy: read.remedy }]);
  }
  const parsed = parseYaml(read.text, file);
  if (parsed.value === undefined) return refuse(parsed.problems);

  const context = createContext(folder, file, parsed);
  for (const { message, remedy } of await surveyFolder(folder)) context.report([], message, remedy);
  const shape = await readShape(context, dependencies);
  const variables = knownVariables(parsed.value, shape);
  checkVariables(context, variables, shape === undefined);
  await checkPacks(context, dependencies);
  const scripts = await readScripts(context);
  const texts = await readTexts(context, variables, shape === undefined);
  const result = createScenarioSchema(dependencies.faults, dependencies.checks).safeParse(
    substituteParts(parsed.value, variables.settled),
    { error: explain },
  );
  if (!result.success) context.problems.push(...translateIssues(result.error.issues, parsed, file));
  if (!result.success || shape === undefined || context.problems.length > 0) return refuse(context.problems);
  const sources = await listSources(dependencies.engineFolder, kindsOf(result.data));
  const leftOut = new Set([...scripts.keys(), ...result.data.tasks.map(({ text }) => text.split('#')[0] ?? '')]);
  const inputs = await computeInputs(folder, sources, { file: scenarioFile, value: parsed.value, leftOut });
  const proof = { inputs, sources: sources.map(({ name }) => name) };
  return { scenario: assemble(result.data, { context, shape, scripts, texts, proof }), problems: [] };
}

/** Loads every folder in a folder, in the order of their names. A broken scenario gives problems and is left out. */
export async function loadAll(
  scenariosFolder: string,
  dependencies: LoadDependencies,
): Promise<{ readonly scenarios: readonly Scenario[]; readonly problems: readonly Problem[] }> {
  const folders = await listFolders(scenariosFolder);
  const results = await Promise.all(folders.map((name) => loadScenario(join(scenariosFolder, name), dependencies)));
  return {
    scenarios: results.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario])),
    problems: results.flatMap(({ problems }) => problems),
  };
}

/**
 * The scenario of that id, i.e. of that folder's name.
 * @throws KubewrightError SCENARIO_UNKNOWN naming the nearest ids; SCENARIO_INVALID with every problem, one a line
 */
export async function openScenario(
  scenariosFolder: string,
  id: string,
  dependencies: LoadDependencies,
): Promise<Scenario> {
  const known = await listFolders(scenariosFolder);
  if (!known.includes(id)) {
    const near = nearest(id, known);
    const hint = near.length === 0 ? '' : `; did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`;
    throw new KubewrightError('SCENARIO_UNKNOWN', `there is no scenario ${JSON.stringify(id.slice(0, 80))}${hint}`);
  }
  const { scenario, problems } = await loadScenario(join(scenariosFolder, id), dependencies);
  if (scenario === undefined) throw new KubewrightError('SCENARIO_INVALID', problems.map(formatProblem).join('\n'));
  return scenario;
}

/** Fills in what only a session knows; the loader has let these variables stand. */
export function fillSessionVariables(scenario: Scenario, variables: SessionVariables): Scenario {
  return {
    ...scenario,
    faults: substitute(scenario.faults, variables),
    tasks: scenario.tasks.map((task) => ({
      ...task,
      checks: substitute(task.checks, variables),
      hints: substitute(task.hints, variables),
    })),
    texts: substitute(scenario.texts, variables),
    events: substitute(scenario.events, variables),
  };
}

interface Context {
  readonly folder: string;
  readonly file: string;
  readonly parsed: ParsedYaml;
  readonly problems: Problem[];
  report(path: readonly PathPart[], message: string, remedy: string): void;
}

function createContext(folder: string, file: string, parsed: ParsedYaml): Context {
  const problems = [...parsed.problems];
  return {
    folder,
    file,
    parsed,
    problems,
    report: (path, message, remedy) => {
      problems.push({ file, ...parsed.locate(path), path: formatPath(path), message, remedy });
    },
  };
}

function refuse(problems: readonly Problem[]): LoadResult {
  return { scenario: undefined, problems: sortProblems(problems) };
}

async function readShape(context: Context, dependencies: LoadDependencies): Promise<ClusterShape | undefined> {
  const name = at(context.parsed.value, 'cluster');
  // What is no name at all the schema reports.
  if (typeof name !== 'string' || !kebabCase.test(name)) return undefined;
  const known = await listShapes(dependencies.shapesFolder);
  if (!known.includes(name)) {
    context.report(['cluster'], `unknown cluster shape "${name.slice(0, 60)}"`, `Use one of: ${known.join(', ')}.`);
    return undefined;
  }
  const { shape, problems } = await loadShape(dependencies.shapesFolder, name);
  context.problems.push(...problems);
  return shape;
}

async function checkPacks(context: Context, dependencies: LoadDependencies): Promise<void> {
  for (const [index, pack] of listAt(context.parsed.value, 'workloads').entries()) {
    if (typeof pack !== 'string' || !kebabCase.test(pack)) continue;
    if (await exists(join(dependencies.workloadsFolder, `${pack}.yaml`))) continue;
    const remedy = 'Use the name of a pack in clusters/workloads.';
    context.report(['workloads', index], `unknown workload pack "${pack.slice(0, 60)}"`, remedy);
  }
}

interface KnownVariables {
  /** Name -> value of those that the scenario file settles. */
  readonly settled: Readonly<Record<string, string>>;
  readonly names: readonly string[];
}

/** Takes broken versions and an unknown shape for likely ones, so that they are not reported a second time elsewhere. */
function knownVariables(value: unknown, shape: ClusterShape | undefined): KnownVariables {
  const from = at(value, 'versions', 'from');
  const to = at(value, 'versions', 'to');
  const versions: ScenarioVersions = {
    from: typeof from === 'string' ? from : '1.34',
    ...(typeof to === 'string' ? { to } : {}),
  };
  const settled = listVariables(shape ?? { name: 'unknown', controlPlanes: 3, workers: 9, spares: 3 }, versions);
  return { settled, names: [...Object.keys(settled), ...listSessionVariables(versions)] };
}

/** The parts of the file in which variables are filled in. */
const substitutedParts: readonly ((path: readonly PathPart[]) => boolean)[] = [
  ([top]) => top === 'faults' || top === 'events',
  ([top, , key]) => top === 'tasks' && (key === 'checks' || key === 'hints'),
];

function checkVariables(context: Context, variables: KnownVariables, shapeIsUnknown: boolean): void {
  for (const [path, text] of eachString(context.parsed.value)) {
    for (const { name } of findReferences(text)) {
      if (!substitutedParts.some((matches) => matches(path))) {
        context.report(
          path,
          `\${${name}} is not filled in here`,
          'Write the value out; variables work in faults, checks, hints, events and the task text.',
        );
      } else if (!variables.names.includes(name)) {
        context.report(path, ...unknownVariable(name, variables, shapeIsUnknown));
      }
    }
  }
}

function unknownVariable(
  name: string,
  variables: KnownVariables,
  shapeIsUnknown: boolean,
): [message: string, remedy: string] {
  const known = variables.names.filter((candidate) => !shapeIsUnknown || !/^[A-Z_]+_\d+$/.test(candidate));
  return [
    `unknown variable \${${name.slice(0, 60)}}; known here: ${known.join(', ')}`,
    'Use a known one; a shell variable is written without braces.',
  ];
}

function substituteParts(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (!isMapping(value)) return value;
  const tasks = listAt(value, 'tasks').map((task) =>
    isMapping(task)
      ? mapKeys(task, (key, item) => (key === 'checks' || key === 'hints' ? substitute(item, variables) : item))
      : task,
  );
  return mapKeys(value, (key, item) => {
    if (key === 'tasks') return Array.isArray(item) ? tasks : item;
    return key === 'faults' || key === 'events' ? substitute(item, variables) : item;
  });
}

function mapKeys(value: object, change: (key: string, item: unknown) => unknown): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(key, item)]));
}

/** Every script the file names, by the path it is named by. */
async function readScripts(context: Context): Promise<ReadonlyMap<string, ScenarioScript>> {
  const { value } = context.parsed;
  const named: [readonly PathPart[], unknown][] = [
    [['solution'], at(value, 'solution')],
    ...listAt(value, 'wrong').map((wrong, index): [PathPart[], unknown] => [
      ['wrong', index, 'script'],
      at(wrong, 'script'),
    ]),
    ...listAt(value, 'alsoRight').map((script, index): [PathPart[], unknown] => [['alsoRight', index], script]),
  ];
  const scripts = new Map<string, ScenarioScript>();
  for (const [path, script] of named) {
    if (typeof script !== 'string' || script === '') continue;
    const read = await readInside(context.folder, script);
    if ('refused' in read) context.report(path, read.refused, read.remedy);
    else scripts.set(script, { name: basename(script, extname(script)), script, text: read.text });
  }
  return scripts;
}

/** Task id -> its section of the markdown it names, variables filled in. */
async function readTexts(
  context: Context,
  variables: KnownVariables,
  shapeIsUnknown: boolean,
): Promise<Record<string, string>> {
  const texts: [string, string][] = [];
  for (const [index, task] of listAt(context.parsed.value, 'tasks').entries()) {
    const id = at(task, 'id');
    const text = at(task, 'text');
    const [, name, anchor] = (typeof text === 'string' && /^([^#\s]+\.md)#([^#\s]+)$/.exec(text)) || [];
    if (name === undefined || anchor === undefined) continue;
    const path = ['tasks', index, 'text'];
    const read = await readInside(context.folder, name);
    if ('refused' in read) {
      context.report(path, read.refused, read.remedy);
      continue;
    }
    const sections = splitSections(read.text);
    const section = sections.find((candidate) => candidate.anchor === anchor);
    if (section === undefined) {
      const known = sections.map((candidate) => `#${candidate.anchor}`).join(', ');
      const remedy = `Give "${name}" such a heading, or use one it has: ${known === '' ? 'it has none' : known}.`;
      context.report(path, `"${name}" has no heading #${anchor}`, remedy);
      continue;
    }
    const placeOf = createPlaceFinder(read.text);
    for (const { name: variable, offset } of findReferences(section.markdown)) {
      if (variables.names.includes(variable)) continue;
      const [message, remedy] = unknownVariable(variable, variables, shapeIsUnknown);
      const file = join(context.folder, name);
      context.problems.push({ file, ...placeOf(section.offset + offset), path: '', message, remedy });
    }
    if (typeof id === 'string') texts.push([id, substitute(section.markdown, variables.settled)]);
  }
  return Object.fromEntries(texts);
}

type ParsedScenario = z.output<ReturnType<typeof createScenarioSchema>>;

function kindsOf(parsed: ParsedScenario): string[] {
  return [
    ...parsed.faults.map(({ kind }) => `faults/${kind}`),
    ...parsed.tasks.flatMap(({ checks }) => checks.map(({ kind }) => `checks/${kind}`)),
  ];
}

function assemble(
  parsed: ParsedScenario,
  parts: {
    readonly context: Context;
    readonly shape: ClusterShape;
    readonly scripts: ReadonlyMap<string, ScenarioScript>;
    readonly texts: Readonly<Record<string, string>>;
    readonly proof: Pick<Scenario, 'inputs' | 'sources'>;
  },
): Scenario {
  const { context, shape, scripts, texts, proof } = parts;
  const scriptOf = (path: string): ScenarioScript => {
    const script = scripts.get(path);
    if (script === undefined) throw new Error(`the script ${path} was not read although nothing was reported`);
    return script;
  };
  const { id, title, domain, minutes, difficulty } = parsed.metadata;
  const { from, to } = parsed.versions;
  return {
    id,
    title,
    domain,
    minutes,
    difficulty,
    versions: { from, ...(to === undefined ? {} : { to }) },
    cluster: shape,
    workloads: parsed.workloads,
    probes: parsed.probes,
    markers: parsed.markers,
    liveChecks: parsed.liveChecks,
    faults: parsed.faults,
    tasks: parsed.tasks.map((task) => ({
      ...task,
      hints: task.hints.map(({ text, cost, when }) => ({ text, cost, ...(when === undefined ? {} : { when }) })),
    })),
    texts,
    solution: scriptOf(parsed.solution),
    wrong: parsed.wrong.map(({ script, fails }) => ({ ...scriptOf(script), fails })),
    alsoRight: parsed.alsoRight.map(scriptOf),
    events: parsed.events,
    references: parsed.references,
    folder: context.folder,
    ...proof,
    source: { file: context.file, locate: context.parsed.locate },
  };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What stands at a path of keys, whatever the value is. */
function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
}
