import { z } from 'zod';
import type { CheckDefinition } from '../checks/check.ts';
import type { FaultDefinition } from '../faults/fault.ts';
import { explain, said } from './issues.ts';
import { nearest } from './problem.ts';
import type { ScenarioCheck, ScenarioFault } from './scenario.ts';
import { kebabCase } from './shape.ts';

/** What the loader needs to know of a fault's kind. */
export type FaultKind = Pick<FaultDefinition<unknown>, 'kind' | 'summary' | 'schema'>;
/** What the loader needs to know of a check's kind. */
type CheckKind = Pick<CheckDefinition<unknown>, 'kind' | 'summary' | 'schema' | 'modes'>;
export type FaultKinds = Readonly<Record<string, FaultKind>>;
export type CheckKinds = Readonly<Record<string, CheckKind>>;

const word = z
  .string()
  .max(60)
  .regex(kebabCase, said('must be words in small letters joined by "-"', 'Write it like "data-dir-in-use".'));
const path = z.string().min(1).max(200);
const sentence = z.string().min(1).max(2_000);
const version = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? said(
            `must be a quoted text, found the number ${String(issue.input)}`,
            'Write it in quotes, "1.34": without them YAML reads a number, and 1.30 becomes 1.3.',
          )
        : undefined,
  })
  .regex(/^1\.\d{1,2}$/, said('must be a minor version', 'Write it like "1.34".'));

const duration = z
  .string()
  .regex(/^[1-9]\d{0,3}[sm]$/, said('must be a duration', 'Write it like "120s" or "2m".'))
  .transform((text) => Number(text.slice(0, -1)) * (text.endsWith('m') ? 60_000 : 1_000));

const scriptFields = {
  script: path.describe('Path of a shell script within the scenario folder'),
};

/** The keys of every check beside its kind's own. */
export const checkFields = {
  id: word.describe('Unique in the scenario'),
  role: z
    .enum(['objective', 'safeguard'])
    .default('objective')
    .describe('objective: what the exam sees; safeguard: how an operator must work'),
  mode: z
    .enum(['converge', 'assert', 'hold'])
    .optional()
    .describe('converge: true within a time; assert: true now; hold: never false during the drill'),
  within: duration.optional().describe('With mode converge: how long it may take, such as 120s or 2m'),
  holdsAtStart: z.literal(true).optional().describe('The condition holds already before the work begins'),
};
const checkCommon = z.strictObject(checkFields);

/** The file format, around any schema of a fault and of a check. */
export function scenarioOf<Fault, Check>(fault: z.ZodType<Fault>, check: z.ZodType<Check>) {
  return z.strictObject({
    apiVersion: z.literal('kubewright/v1'),
    kind: z.literal('Scenario'),
    metadata: z.strictObject({
      id: word.describe('The name of the scenario folder'),
      title: z.string().min(1).max(120),
      domain: z.enum(['cluster-architecture', 'troubleshooting', 'workloads', 'networking', 'storage']),
      minutes: z.int().min(1).max(180).describe('Time a prepared learner needs'),
      difficulty: z.enum(['easy', 'medium', 'hard']),
    }),
    versions: z
      .strictObject({
        from: version.describe('Minor version of the cluster at the start, quoted'),
        to: version.optional().describe('Minor version after the upgrade, where the scenario upgrades'),
      })
      .refine(
        ({ from, to }) => to === undefined || minorOf(to) > minorOf(from),
        said(
          'versions.to must be later than versions.from',
          'Correct it, or leave "to" out where nothing is upgraded.',
        ),
      ),
    cluster: word.describe('Name of a shape in clusters/shapes'),
    workloads: z.array(word).max(10).default([]).describe('Packs of clusters/workloads, applied in this order'),
    probes: z
      .array(
        z.strictObject({
          service: z
            .string()
            .max(130)
            .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, said('must be namespace/name', 'Write it like "bank/web".')),
          nodePort: z.int().min(30_000).max(32_767),
          path: z.string().max(200).regex(/^\//, said('must begin with "/"', 'Write it like "/".')),
        }),
      )
      .max(10)
      .default([])
      .describe('Services the witness sends requests to; needed by checks of traffic'),
    markers: z
      .boolean()
      .default(false)
      .describe(
        'The witness writes a numbered ConfigMap into the namespace "markers" every 3 s; a restore is known by them',
      ),
    liveChecks: z
      .boolean()
      .default(true)
      .describe('Whether the desk shows checks as they turn; without it the learner presses Check'),
    faults: z.array(fault).max(20).describe('Injected in this order; empty where the work is planned'),
    tasks: z
      .array(
        z.strictObject({
          id: word,
          text: z
            .string()
            .max(200)
            .regex(
              /^[^#\s]+\.md#[^#\s]+$/,
              said('must be a markdown file and a heading', 'Write it like "task.md#restore".'),
            ),
          points: z.int().min(1).max(100),
          checks: z.array(check).min(1).max(40),
          hints: z
            .array(
              z.strictObject({
                text: sentence,
                cost: z.int().min(0).max(100).default(0).describe('Points it takes off'),
                when: z
                  .strictObject({ check: word, is: z.enum(['passed', 'failed', 'errored']) })
                  .optional()
                  .describe('Offered only when that check has that result'),
              }),
            )
            .max(20)
            .default([]),
        }),
      )
      .min(1)
      .max(20),
    solution: path.describe('Path of the reference procedure, a shell script run on the student host'),
    wrong: z
      .array(
        z.strictObject({
          ...scriptFields,
          fails: z.array(word).min(1).describe('Exactly the checks that fail after it'),
        }),
      )
      .max(40),
    alsoRight: z.array(path).max(20).default([]).describe('Other correct procedures: all checks pass after them'),
    events: z
      .array(
        z.strictObject({
          id: word,
          when: z.strictObject({ check: word, is: z.literal('passed') }),
          do: z.strictObject({
            kind: z.literal('write-file'),
            machine: z.string().min(1).max(60),
            path: path.regex(/^\//, said('must be an absolute path', 'Begin it with "/".')),
            text: z.string().max(8_192),
          }),
        }),
      )
      .max(20)
      .default([])
      .describe('What happens during the drill when a check passes for the first time'),
    references: z.array(z.string().min(1).max(500)).max(40).default([]).describe('Pages the learner may read, https'),
  });
}

/**
 * The schema of scenario files for these kinds of faults and checks. Parse with { error: explain }.
 * @throws Error when a kind uses a key of its own that every fault or check has: a defect of ours
 */
export function createScenarioSchema(faults: FaultKinds, checks: CheckKinds) {
  for (const kind of Object.values(faults)) refuseOverlap(kind, ['kind']);
  for (const kind of Object.values(checks)) refuseOverlap(kind, ['kind', ...Object.keys(checkFields)]);
  return scenarioOf(createFaultSchema(faults), createCheckSchema(checks));
}

function createFaultSchema(kinds: FaultKinds) {
  return z.unknown().transform((raw, context): ScenarioFault => {
    const entry = splitEntry(raw, [], context);
    const kind = chooseKind('fault', entry.kind, kinds, entry.isMapping, context);
    return { kind: entry.kind, spec: kind && parseSpec(kind, entry.own, ['kind'], context) };
  });
}

function createCheckSchema(kinds: CheckKinds) {
  const commonKeys = Object.keys(checkFields);
  return z.unknown().transform((raw, context): ScenarioCheck => {
    const entry = splitEntry(raw, commonKeys, context);
    const common = checkCommon.safeParse(entry.common, { error: explain });
    if (!common.success && entry.isMapping) forward(common.error.issues, context);
    const kind = chooseKind('check', entry.kind, kinds, entry.isMapping, context);
    const spec = kind && parseSpec(kind, entry.own, ['kind', ...commonKeys], context);
    if (!common.success || kind === undefined) return z.NEVER;

    const { id, role, within, holdsAtStart } = common.data;
    const mode = common.data.mode ?? kind.modes[0];
    if (!kind.modes.includes(mode)) {
      const remedy = `Use ${kind.modes.join(' or ')}.`;
      addProblem(context, ['mode'], `a check of kind "${kind.kind}" has no mode "${mode}"`, remedy);
    }
    if (within !== undefined && mode !== 'converge') {
      const remedy = kind.modes.includes('converge') ? 'Remove it, or write "mode: converge".' : 'Remove it.';
      addProblem(context, ['within'], `"within" is for mode converge, but the mode is ${mode}`, remedy);
    }
    return {
      id,
      kind: kind.kind,
      role,
      mode,
      ...(within === undefined ? {} : { withinMs: within }),
      holdsAtStart: holdsAtStart === true,
      spec,
    };
  });
}

interface Entry {
  readonly isMapping: boolean;
  readonly kind: string;
  readonly common: Readonly<Record<string, unknown>>;
  readonly own: Readonly<Record<string, unknown>>;
}

/** Parts an entry's keys into those every kind has and the kind's own. */
function splitEntry(raw: unknown, commonKeys: readonly string[], context: z.RefinementCtx): Entry {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    addProblem(context, [], 'must be a mapping with a kind', 'Write it like "- { kind: …, … }".');
    return { isMapping: false, kind: '', common: {}, own: {} };
  }
  const entries = Object.entries(raw).filter(([key]) => key !== 'kind');
  const kind: unknown = 'kind' in raw ? raw.kind : undefined;
  return {
    isMapping: true,
    kind: typeof kind === 'string' ? kind : '',
    common: Object.fromEntries(entries.filter(([key]) => commonKeys.includes(key))),
    own: Object.fromEntries(entries.filter(([key]) => !commonKeys.includes(key))),
  };
}

function chooseKind<Kind extends FaultKind>(
  noun: 'fault' | 'check',
  name: string,
  kinds: Readonly<Record<string, Kind>>,
  isMapping: boolean,
  context: z.RefinementCtx,
): Kind | undefined {
  if (Object.hasOwn(kinds, name)) return kinds[name];
  if (!isMapping) return undefined;
  const known = Object.keys(kinds);
  const near = nearest(name, known, 1)[0];
  const what = name === '' ? `the ${noun} has no kind` : `unknown ${noun} kind "${name.slice(0, 60)}"`;
  const remedy = near === undefined ? 'Use one of the known kinds.' : `Did you mean "${near}"?`;
  addProblem(context, ['kind'], `${what}; known are ${known.join(', ')}`, remedy);
  return undefined;
}

function parseSpec(
  kind: FaultKind,
  own: Readonly<Record<string, unknown>>,
  commonKeys: readonly string[],
  context: z.RefinementCtx,
): unknown {
  const result = kind.schema.safeParse(own, { error: explain });
  if (result.success) return result.data;
  forward(
    result.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0
        ? { ...issue, message: [...commonKeys, issue.message].filter((key) => key !== '').join(', ') }
        : issue,
    ),
    context,
  );
  return undefined;
}

function forward(issues: readonly z.core.$ZodIssue[], context: z.RefinementCtx): void {
  for (const issue of issues) context.issues.push({ ...issue, input: undefined } as z.core.$ZodRawIssue);
}

function addProblem(context: z.RefinementCtx, at: string[], message: string, remedy: string): void {
  context.addIssue({ code: 'custom', path: at, message: said(message, remedy) });
}

function refuseOverlap(kind: FaultKind, reserved: readonly string[]): void {
  const overlap = Object.keys(shapeOfKind(kind)).filter((key) => reserved.includes(key));
  if (overlap.length > 0)
    throw new Error(`the kind "${kind.kind}" may not have a key ${overlap.join(', ')} of its own`);
}

/** The keys of a kind's own; none where its schema is not a plain object. */
export function shapeOfKind(kind: FaultKind): z.core.$ZodLooseShape {
  return kind.schema instanceof z.ZodObject ? kind.schema.shape : {};
}

function minorOf(text: string): number {
  return Number(text.slice(text.indexOf('.') + 1));
}
