import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** A control plane. */
  node: z.string().min(1),
  /** The static pod of kubeadm, such as etcd; its manifest and its program have the same name. */
  component: z.enum(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']),
  /** Arguments that it must not be started with, such as --force-new-cluster; with or without a value. */
  without: z.array(z.string().startsWith('--')).min(1),
});
type Spec = z.infer<typeof schema>;

const askWithinMs = 15_000;

export const staticPodArgsCheck: CheckDefinition<Spec> = {
  kind: 'static-pod-args',
  summary: 'A component of the control plane neither runs with certain arguments nor gets them at its next start.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `${spec.component} on ${spec.node} is started without ${listed(spec.without)}`;
    const path = `/etc/kubernetes/manifests/${spec.component}.yaml`;
    const machine = context.machine(spec.node);
    const text = await machine.read(path);
    if (text === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no ${path} on ${spec.node}`,
        meaning: 'Without its manifest the kubelet does not run the component at all.',
      };
    }
    const written = argumentsIn(text).filter((argument) => isOneOf(argument, spec.without));
    if (written.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `${path} on ${spec.node} has ${listed(written)}`,
        meaning:
          'What is in the manifest is done at every start, also at the next reboot, when nobody thinks of it any more. An argument meant for a single start has to leave the manifest when it has done its work.',
      };
    }
    const running = (await readArguments(machine, spec.component)).filter((argument) =>
      isOneOf(argument, spec.without),
    );
    if (running.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `the manifest on ${spec.node} is without, but ${spec.component} still runs with ${listed(running)}`,
        meaning: 'The kubelet has not started the component anew: what runs is not yet what is written.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `neither the manifest nor the process has ${listed(spec.without)}`,
      meaning: 'The next start does nothing but start it.',
    };
  },
};

/**
 * The entries of a command line in the manifest, read line by line: the text of a list entry of YAML, without quotes. A
 * manifest that is no YAML any more is looked through, too; what is commented out does not count.
 */
function argumentsIn(manifest: string): string[] {
  return manifest.split('\n').flatMap((line) => /^\s*-\s+["']?(--[^"'\s]+)/.exec(line)?.[1] ?? []);
}

function isOneOf(argument: string, flags: readonly string[]): boolean {
  return flags.includes(argument.split('=')[0] ?? argument);
}

/** The command line of every process of that name; none when it does not run. @throws COMMAND_FAILED when the machine cannot be asked. */
async function readArguments(machine: Node, program: string): Promise<string[]> {
  // The kernel keeps the first 15 characters of a name (proc(5), /proc/pid/comm).
  const script = 'for pid in $(pgrep -x "$1"); do tr "\\0" "\\n" < "/proc/$pid/cmdline" || true; done';
  const result = await machine.exec(['sh', '-c', script, 'sh', program.slice(0, 15)], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout.split('\n').filter((word) => word.startsWith('--'));
}
