import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** A control plane. */
  node: z.string().min(1),
});

const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const askWithinMs = 30_000;

export const staticPodProgramsCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'static-pod-programs',
  summary: "The programs that run as a control plane are of the releases that their images' tags name.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, { node }) {
    const expected = `what runs as the control plane of ${node} is what its images are called`;
    const machine = context.machine(node);
    const found = await Promise.all(components.map((name) => readProgramAndTag(machine, node, name)));
    const seen = found.filter((one) => one !== undefined);
    const wrong = seen.filter(({ tag, says }) => !isRelease(tag, says));
    if (wrong.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed(wrong.map(({ name, tag, says }) => `${name} runs from an image called ${tag} and says ${says}`)),
        meaning:
          'A tag is a name that anybody can give. Under a wrong one the old program goes on running, and nobody finds out before something relies on the new one.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: seen.length === 0 ? 'nothing runs' : listed(seen.map(({ name, says }) => `${name} says ${says}`)),
      meaning: 'The names of the images can be relied on.',
    };
  },
};

interface Seen {
  readonly name: string;
  readonly tag: string;
  readonly says: string;
}

const notRunning = 66;
/** The static pod's container of that name, not one that an application calls so. */
const script = `id=$(crictl ps --quiet --state Running --name "^$1$" --label "io.kubernetes.pod.name=$1-$2" | head -n 1)
[ -n "$id" ] || exit ${notRunning}
crictl exec "$id" "$1" --version`;

/** Undefined when it does not run. @throws COMMAND_FAILED when the runtime cannot be asked. */
async function readProgramAndTag(machine: Node, node: string, name: string): Promise<Seen | undefined> {
  const manifest = await machine.read(`/etc/kubernetes/manifests/${name}.yaml`);
  const tag = /^\s*(?:-\s+)?image:\s*["']?[^\s"'@]+:([\w.-]+)/m.exec(manifest ?? '')?.[1];
  if (tag === undefined) return undefined;
  const result = await machine.exec(['sh', '-c', script, 'sh', name, node], { timeoutMs: askWithinMs });
  if (result.exitCode === notRunning) return undefined;
  // "Kubernetes v1.35.4", and of etcd "etcd Version: 3.6.6" and more lines.
  const says = /\bv?\d+\.\d+\.\d+\b/.exec(result.stdout)?.[0];
  if (result.exitCode !== 0 || says === undefined) throw commandFailed(result);
  return { name, tag, says };
}

/** etcd's tags have a number of the build after the release: "3.6.6-0". */
function isRelease(tag: string, release: string): boolean {
  const bare = (text: string) => text.replace(/^v/, '').replace(/-\d+$/, '');
  return bare(tag) === bare(release);
}
