import type { ClusterShape } from '../providers/provider.ts';
import type { PathPart } from './problem.ts';
import { nodeNames } from './shape.ts';

export interface ScenarioVersions {
  readonly from: string;
  readonly to?: string | undefined;
}

/** Variables whose value only a session knows; the loader lets them stand, see fillSessionVariables. */
export const sessionVariables = ['SESSION_TOKEN', 'KUBEADM_FLAGS'] as const;
export type SessionVariables = Readonly<Record<(typeof sessionVariables)[number], string>>;

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** FROM, TO (only where the scenario upgrades), CONTROL_PLANE, WORKER_1 …: what the scenario file itself settles. */
export function listVariables(shape: ClusterShape, versions: ScenarioVersions): Record<string, string> {
  const names = nodeNames(shape);
  const workers = names.slice(shape.controlPlanes);
  return {
    FROM: versions.from,
    ...(versions.to === undefined ? {} : { TO: versions.to }),
    CONTROL_PLANE: names[0] ?? '',
    ...Object.fromEntries(workers.map((name, index) => [`WORKER_${index + 1}`, name])),
  };
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
