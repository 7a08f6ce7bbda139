import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readRuntime } from '../reading/container-runtime.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** A node that was set up alike and has nothing to do with the drill. */
  sameAs: z.string().min(1),
  /** Settings that may be others, by their paths as crictl info tells them; what is below a path is meant, too. */
  except: z.array(z.string().min(1)).min(1).optional(),
});

export const runtimeConfigCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'runtime-config',
  summary: 'The container runtime of a node runs with the same configuration as that of another node.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const but = spec.except === undefined ? '' : `, but for ${listed(spec.except)}`;
    const expected = `the container runtime of ${spec.node} runs with the configuration of the one of ${spec.sameAs}${but}`;
    const [own, other] = await Promise.all([
      readRuntime(context.machine(spec.node)),
      readRuntime(context.machine(spec.sameAs)),
    ]);
    if (typeof own === 'string') {
      return {
        result: 'failed',
        expected,
        found: `crictl on ${spec.node} gets from it: ${own}`,
        meaning: 'A runtime that does not answer has no configuration that anybody could rely on.',
      };
    }
    if (typeof other === 'string' || other.config === undefined || own.config === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the configurations of ${spec.node} and ${spec.sameAs} cannot be compared: one of them does not tell it`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const differences = differing(other.config, own.config, '').filter((path) => !isExcepted(path, spec.except ?? []));
    if (differences.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `${differences.length} settings are other ones, among them ${listed(differences, 4)}`,
        meaning:
          "Pods that run go on, and the node is Ready; the next pod that starts there is the first to notice. A default configuration fits no node: cgroup driver, sandbox image and paths were chosen for this one, and the kubelet's settings fit to them.",
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'they are the same',
      meaning: 'What starts there tomorrow starts as before.',
    };
  },
};

/** Paths of the values that differ, such as containerd.runtimes.runc.options.SystemdCgroup; the values are not told. */
function differing(wanted: unknown, found: unknown, path: string): string[] {
  if (isDeepStrictEqual(wanted, found)) return [];
  if (!isMapping(wanted) || !isMapping(found)) return [path];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  return keys.flatMap((key) => differing(wanted[key], found[key], path === '' ? key : `${path}.${key}`));
}

function isExcepted(path: string, except: readonly string[]): boolean {
  return except.some((excepted) => path === excepted || path.startsWith(`${excepted}.`));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
