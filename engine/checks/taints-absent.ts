import { z } from 'zod';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** A node that need not exist any more. */
  node: z.string().min(1),
  /** Keys of taints. */
  keys: z.array(z.string().min(1)).min(1),
});

interface TaintedNode {
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
}

export const taintsAbsentCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'taints-absent',
  summary: 'A node has none of these taints, or there is no such node, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `nothing keeps pods away from a machine that comes back as ${spec.node}: no taint ${listed(spec.keys)}`;
    const node = await context.kube.read<TaintedNode>({ apiVersion: 'v1', kind: 'Node', name: spec.node });
    const there = (node?.spec?.taints ?? []).map(({ key }) => key).filter((key) => spec.keys.includes(key));
    if (there.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `node ${spec.node} has ${listed([...new Set(there)])}`,
        meaning:
          'Nobody takes this taint away but the one who put it there. A machine that comes back under this name finds its Node object with it, gets no pods, and loses those it starts.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: node === undefined ? `there is no node ${spec.node} any more` : 'none',
      meaning: 'Whoever comes back under this name can work at once.',
    };
  },
};
