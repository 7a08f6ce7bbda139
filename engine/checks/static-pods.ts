import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { manifestsBefore } from './files-before.ts';
import { listed } from './finding.ts';
import { describeDifferences } from './manifest-difference.ts';

const schema = z.strictObject({
  /** A control plane. */
  node: z.string().min(1),
  /** Names of manifests that may be other than they were, such as etcd.yaml after a restore. */
  mayDiffer: z.array(z.string().min(1)).optional(),
});
type Spec = z.infer<typeof schema>;

const folder = '/etc/kubernetes/manifests';
const askWithinMs = 15_000;

/**
 * Meaning counts, not the text: comments, quotes and the order of arguments are free. Findings say how much differs and
 * never what: they can be seen before the work begins, and the difference may be what has to be found.
 */
export const staticPodsCheck: CheckDefinition<Spec> = {
  kind: 'static-pods',
  summary:
    'The manifests of a control plane mean what they meant when the session began, and no other file is beside them.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `${folder} on ${spec.node} holds the manifests that kubeadm made, with the same meaning, and no other file`;
    const before = visibleManifests(await context.timeline(), spec.node, context.since);
    if (before.size === 0) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say what the manifests on ${spec.node} were`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const now = await readManifests(context.machine(spec.node));
    const strays = [...now.keys()].filter((name) => !before.has(name));
    const missing = [...before.keys()].filter((name) => !now.has(name));
    const different = [...before].flatMap(([name, text]) => {
      const current = now.get(name);
      if (current === undefined || spec.mayDiffer?.includes(name) === true) return [];
      const words = describeDifferences(text, current);
      return words === undefined ? [] : [`${name} is not what it was: ${words}`];
    });
    const found = listed([
      ...missing.map((name) => `${name} is missing`),
      ...different,
      ...strays.map((name) => `${name} does not belong there`),
    ]);
    if (missing.length > 0 || different.length > 0) {
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          'These files are the control plane. What was set in them and is no longer (audit, encryption, limits, addresses) is missed by those who rely on it, and a component that merely starts does not show it.',
      };
    }
    if (strays.length > 0) {
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          'The kubelet takes every file in this folder for a pod, whatever it is called, unless its name begins with a dot. Two manifests of the same pod take turns, and which of them runs is a matter of chance.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `${before.size} manifests, as they were`,
      meaning: 'The control plane is set up as it was before.',
    };
  },
};

/** What was in the folder before the drill, by file name. */
function visibleManifests(timeline: readonly TimelineEvent[], node: string, since: number): Map<string, string> {
  const files = [...manifestsBefore(timeline, node, since)].map(([path, text]): [string, string] => [
    path.slice(folder.length + 1),
    text,
  ]);
  return new Map(files.filter(([name]) => !name.startsWith('.') && !name.includes('/')));
}

/** What the kubelet reads: every file but those with a dot first (pkg/kubelet/config/file.go, listConfig). */
async function readManifests(machine: Node): Promise<Map<string, string>> {
  const argv = ['find', folder, '-mindepth', '1', '-maxdepth', '1', '-not', '-name', '.*', '-not', '-type', 'd'];
  const result = await machine.exec([...argv, '-printf', '%f\\n'], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const names = result.stdout.split('\n').filter((name) => name !== '');
  const texts = await Promise.all(names.map((name) => machine.read(`${folder}/${name}`)));
  return new Map(names.map((name, index): [string, string] => [name, texts[index] ?? '']));
}
