import { join } from 'node:path';
import { z } from 'zod';
import type { ClusterShape } from '../providers/provider.ts';
import { parseYaml } from './document.ts';
import { listNames, readInside } from './files.ts';
import { explain, translateIssues } from './issues.ts';
import type { Problem } from './problem.ts';

export const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const shapeSchema = z.strictObject({
  apiVersion: z.literal('kubewright/v1'),
  kind: z.literal('Shape'),
  name: z.string().regex(kebabCase, 'must be words in small letters joined by "-"'),
  controlPlanes: z.literal([1, 3], 'a shape has 1 control plane, or 3'),
  workers: z.int().min(0).max(9),
  spares: z.int().min(0).max(3).default(0).describe('Booted machines that have not joined'),
});

/** Reads <folder>/<name>.yaml strictly. Shape is undefined when there are problems. */
export async function loadShape(
  folder: string,
  name: string,
): Promise<{ readonly shape: ClusterShape | undefined; readonly problems: readonly Problem[] }> {
  const file = join(folder, `${name}.yaml`);
  const read = await readInside(folder, `${name}.yaml`);
  if ('refused' in read) {
    const problem = { file, line: 1, column: 1, path: '', message: read.refused, remedy: read.remedy };
    return { shape: undefined, problems: [problem] };
  }
  const parsed = parseYaml(read.text, file);
  if (parsed.value === undefined) return { shape: undefined, problems: parsed.problems };
  const result = shapeSchema.safeParse(parsed.value, { error: explain });
  const problems = [...parsed.problems, ...(result.success ? [] : translateIssues(result.error.issues, parsed, file))];
  if (result.success && result.data.name !== name) {
    problems.push({
      file,
      ...parsed.locate(['name']),
      path: 'name',
      message: `the shape is called "${result.data.name}" but its file "${name}.yaml"`,
      remedy: `Write "name: ${name}".`,
    });
  }
  if (!result.success || problems.length > 0) return { shape: undefined, problems };
  const { controlPlanes, workers, spares } = result.data;
  return { shape: { name, controlPlanes, workers, spares }, problems };
}

/** Names of the shapes in a folder, sorted. */
export async function listShapes(folder: string): Promise<string[]> {
  return (await listNames(folder)).filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));
}

export interface ShapeMachine {
  readonly name: string;
  readonly role: 'control-plane' | 'worker' | 'spare';
}

/** Every machine with what it is when the session begins: cp1, cp2 …, w1, w2 …; the spares' numbers go on from the workers'. */
export function listMachines(shape: ClusterShape): ShapeMachine[] {
  const numbered = (role: ShapeMachine['role'], prefix: string, first: number, count: number): ShapeMachine[] =>
    Array.from({ length: count }, (_, index) => ({ name: `${prefix}${first + index}`, role }));
  return [
    ...numbered('control-plane', 'cp', 1, shape.controlPlanes),
    ...numbered('worker', 'w', 1, shape.workers),
    ...numbered('spare', 'w', shape.workers + 1, shape.spares),
  ];
}
