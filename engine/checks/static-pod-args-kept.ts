import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';
import { machineSamples, sampleAt } from './node-record.ts';

const schema = z.strictObject({
  /** A control plane. */
  node: z.string().min(1),
  /** The static pod of kubeadm, such as etcd; its manifest and its program have the same name. */
  component: z.enum(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']),
  /** Arguments without their values, such as --data-dir. */
  args: z.array(z.string().regex(/^--[a-z0-9-]+$/, 'write an argument without its value, such as "--data-dir"')).min(1),
});
type Spec = z.infer<typeof schema>;

const askWithinMs = 15_000;

export const staticPodArgsKeptCheck: CheckDefinition<Spec> = {
  kind: 'static-pod-args-kept',
  summary:
    'Arguments of a component of the control plane are what they were when the drill began, in its manifest and where it runs.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const path = `/etc/kubernetes/manifests/${spec.component}.yaml`;
    const expected = `${spec.component} on ${spec.node} is started with ${listed(spec.args)} as when the drill began`;
    const before = manifestAt(await context.timeline(), spec.node, path, context.since);
    if (before === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say what ${path} on ${spec.node} was`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
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
    const wanted = valuesOf(argumentsIn(before), spec.args);
    const written = differences(wanted, valuesOf(argumentsIn(text), spec.args));
    if (written.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `in ${path} on ${spec.node} ${listed(written)}`,
        meaning:
          'Somebody had set that, and somebody relies on it. kubeadm writes its manifests anew from what it knows; what was only written into them is gone without a word.',
      };
    }
    const running = await readArguments(machine, spec.component);
    if (running === undefined) {
      return {
        result: 'failed',
        expected,
        found: `${spec.component} does not run on ${spec.node}`,
        meaning: 'A component that does not run has no settings.',
      };
    }
    const used = differences(wanted, valuesOf(running, spec.args));
    if (used.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `the manifest on ${spec.node} is as it was, but where ${spec.component} runs ${listed(used)}`,
        meaning: 'The kubelet has not started the component anew: what runs is not yet what is written.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'so it is, written and running',
      meaning: 'What others rely on is still there.',
    };
  },
};

/** The text of a manifest at that time; undefined when the node had not reported it. */
function manifestAt(timeline: readonly TimelineEvent[], node: string, path: string, at: number): string | undefined {
  const base64 = sampleAt(machineSamples(timeline, node), at)?.answer?.manifests?.[path];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString();
}

/** The entries of a command line in the manifest, read line by line; what is commented out does not count. */
function argumentsIn(manifest: string): string[] {
  return manifest.split('\n').flatMap((line) => /^\s*-\s+["']?(--[^"'\s]+)/.exec(line)?.[1] ?? []);
}

/** The last value of each argument, as it counts; undefined for one that is not there. */
function valuesOf(words: readonly string[], args: readonly string[]): Map<string, string | undefined> {
  return new Map(
    args.map((argument) => [argument, words.findLast((word) => word.split('=')[0] === argument)] as const),
  );
}

function differences(
  wanted: ReadonlyMap<string, string | undefined>,
  found: ReadonlyMap<string, string | undefined>,
): string[] {
  return [...wanted].flatMap(([argument, word]) => {
    const now = found.get(argument);
    if (now === word) return [];
    if (now === undefined) return [`${argument} is missing`];
    return [word === undefined ? `${argument} is new` : `${argument} has another value`];
  });
}

/** The command line of the process of that name; undefined when it does not run. @throws COMMAND_FAILED when the machine cannot be asked. */
async function readArguments(machine: Node, program: string): Promise<string[] | undefined> {
  // The kernel keeps the first 15 characters of a name (proc(5), /proc/pid/comm).
  const script = 'for pid in $(pgrep -n -x "$1"); do tr "\\0" "\\n" < "/proc/$pid/cmdline" || true; done';
  const result = await machine.exec(['sh', '-c', script, 'sh', program.slice(0, 15)], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const words = result.stdout.split('\n').filter((word) => word.startsWith('--'));
  return words.length === 0 ? undefined : words;
}
