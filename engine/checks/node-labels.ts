import { z } from 'zod';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  labels: z.record(z.string().min(1), z.string()).refine((labels) => Object.keys(labels).length > 0, {
    message: 'name at least one label',
  }),
});

interface LabelledNode {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

export const nodeLabelsCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'node-labels',
  summary: 'A node carries labels, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted = Object.entries(spec.labels);
    const expected = `node ${spec.node} has the label ${listed(wanted.map(([key, value]) => `${key}=${value}`))}`;
    const node = await context.kube.read<LabelledNode>({ apiVersion: 'v1', kind: 'Node', name: spec.node });
    if (node === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no node ${spec.node} in the cluster`,
        meaning: 'A machine without a Node object takes no work, whatever runs on it.',
      };
    }
    const missing = wanted.filter(([key, value]) => node.metadata.labels?.[key] !== value);
    if (missing.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `node ${spec.node} has not: ${listed(missing.map(([key, value]) => `${key}=${value}`))}`,
        meaning:
          'Pods that ask for this label have nowhere to go. A label belongs to the Node object and not to the machine: a new node begins without.',
      };
    }
    return { result: 'passed', expected, found: 'it has', meaning: 'What asks for such a node finds this one.' };
  },
};
