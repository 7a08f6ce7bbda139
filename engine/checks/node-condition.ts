import { z } from 'zod';
import { readNode } from '../reading/kube-objects.ts';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** A kind of pressure that the kubelet reports; it must report that there is none. */
  without: z.enum(['DiskPressure', 'MemoryPressure', 'PIDPressure']),
});

export const nodeConditionCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'node-condition',
  summary: "A node's kubelet reports that it is not short of disk, memory or processes, by a quorum read.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `the kubelet of ${spec.node} reports ${spec.without}=False`;
    const node = await readNode(context.kube, spec.node);
    const condition = node?.status?.conditions?.find(({ type }) => type === spec.without);
    if (condition?.status !== 'False') {
      return {
        result: 'failed',
        expected,
        found:
          node === undefined
            ? `there is no node ${spec.node} in the cluster`
            : `${spec.without} is ${condition?.status ?? 'not reported'}${condition?.message === undefined ? '' : ` (${condition.message})`}`,
        meaning:
          'As long as the kubelet is short of something it evicts pods and takes no new ones. The taint on the node is only how it says so: it comes back as long as the reason is there.',
      };
    }
    return { result: 'passed', expected, found: 'so it does', meaning: 'The node takes pods and lets them live.' };
  },
};
