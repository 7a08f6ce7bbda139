import { createHash } from 'node:crypto';
import { z } from 'zod';
import { commandFailed } from '../system/exec.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { digestsBefore } from './files-before.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** Files below /etc/kubernetes, or the kubelet's configuration: the record knows no others. */
  paths: z.array(z.string().startsWith('/')).min(1),
  /** Nobody but root may read them. */
  private: z.literal(true).optional(),
});
type Spec = z.infer<typeof schema>;

const askWithinMs = 15_000;

export const filesKeptCheck: CheckDefinition<Spec> = {
  kind: 'files-kept',
  summary: 'Files of a node are byte for byte what they were when the session began.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const only = spec.private === true ? ', readable for root only' : '';
    const expected = `on ${spec.node} these files are what they were at first${only}: ${listed(spec.paths)}`;
    const before = digestsBefore(await context.timeline(), spec.node, context.since);
    const unknown = spec.paths.filter((path) => !before.has(path));
    if (unknown.length > 0) {
      return {
        result: 'errored',
        expected,
        found: `the record does not say what ${listed(unknown)} on ${spec.node} was`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const problems = await Promise.all(spec.paths.map((path) => look(context, spec, path, before.get(path) ?? '')));
    const wrong = problems.filter((problem) => problem !== undefined);
    if (wrong.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed(wrong),
        meaning:
          'Others hold what was made with the old content and rely on it: nodes, service accounts, people with a kubeconfig. A new file of the same name is a stranger to them.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `${spec.paths.length} files, as they were`,
      meaning: 'Whatever relies on these files goes on working.',
    };
  },
};

async function look(context: CheckContext, spec: Spec, path: string, digest: string): Promise<string | undefined> {
  const machine = context.machine(spec.node);
  const text = await machine.read(path);
  if (text === undefined) return `${path} is missing`;
  if (createHash('sha256').update(text).digest('hex') !== digest) return `${path} has another content than before`;
  if (spec.private !== true) return undefined;
  const result = await machine.exec(['stat', '--dereference', '--format=%a %U', path], { timeoutMs: askWithinMs });
  if (result.exitCode !== 0) throw commandFailed(result);
  const [mode = '', owner = ''] = result.stdout.trim().split(' ');
  return mode.endsWith('00') && owner === 'root' ? undefined : `${path} has mode ${mode} and belongs to ${owner}`;
}
