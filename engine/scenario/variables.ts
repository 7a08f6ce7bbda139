import type { ClusterShape } from '../providers/provider.ts';
import type { PathPart } from './problem.ts';
import { listMachines, type ShapeMachine } from './shape.ts';

export interface ScenarioVersions {
  readonly from: string;
  readonly to?: string | undefined;
}

const sessionVariables = [
  'SESSION_TOKEN',
  'KUBEADM_FLAGS',
  ...['FROM_VERSION', 'FROM_ETCD', 'FROM_COREDNS'],
  ...['TO_VERSION', 'TO_ETCD', 'TO_COREDNS'],
] as const;
type SessionVariable = (typeof sessionVariables)[number];
/** TO_VERSION and its like are empty where the scenario does not upgrade. */
export type SessionVariables = Readonly<Record<SessionVariable, string>>;

/** Variables whose value only a session knows; the loader lets them stand, see fillSessionVariables. */
export function listSessionVariables({ to }: ScenarioVersions): SessionVariable[] {
  return sessionVariables.filter((name) => !name.startsWith('TO_') || to !== undefined);
}

/** The session's variables out of what was stored when it began; one that is not there is empty. */
export function readSessionVariables(facts: Readonly<Record<string, string>>): SessionVariables {
  return Object.fromEntries(sessionVariables.map((name) => [name, facts[name] ?? ''])) as SessionVariables;
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

const machineVariables: Readonly<Record<ShapeMachine['role'], (number: number) => string>> = {
  'control-plane': (number) => (number === 1 ? 'CONTROL_PLANE' : `CONTROL_PLANE_${number}`),
  worker: (number) => `WORKER_${number}`,
  spare: (number) => `SPARE_${number}`,
};

/** FROM, TO and AFTER_TO (only where the scenario upgrades), CONTROL_PLANE, CONTROL_PLANE_2 …, WORKER_1 …, SPARE_1 …: what the scenario file itself settles. */
export function listVariables(shape: ClusterShape, versions: ScenarioVersions): Record<string, string> {
  const machines = listMachines(shape);
  const named = Object.entries(machineVariables).flatMap(([role, variable]) =>
    machines.filter((machine) => machine.role === role).map(({ name }, index) => [variable(index + 1), name]),
  );
  return {
    FROM: versions.from,
    ...(versions.to === undefined ? {} : { TO: versions.to, AFTER_TO: nextMinor(versions.to) }),
    ...(Object.fromEntries(named) as Record<string, string>),
  };
}

/** The minor after "1.35" is "1.36". */
function nextMinor(minor: string): string {
  const [major, number] = minor.split('.');
  return `${major}.${Number(number) + 1}`;
}

/**
 * Replaces ${NAME} in every string of a parsed value, deep; keys and other values stay. A name that is not among the
 * variables is left as it is. Works on values, never on YAML text, so that a variable's text cannot change the structure.
 */
export function substitute<T>(value: T, variables: Readonly<Record<string, string>>): T;
export function substitute(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    return value.replace(reference, (whole, name: string) =>
      Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole,
    );
  }
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, variables)]));
}

/** Every ${NAME} in a text with its offset. */
export function findReferences(text: string): { name: string; offset: number }[] {
  return [...text.matchAll(reference)].map((match) => ({ name: match[1] ?? '', offset: match.index }));
}

/** Every string below a value with the path to it. */
export function* eachString(value: unknown, path: readonly PathPart[] = []): Generator<[readonly PathPart[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* eachString(item, [...path, index]);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) yield* eachString(item, [...path, key]);
  }
}
