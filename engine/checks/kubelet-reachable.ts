import { z } from 'zod';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({ node: z.string().min(1) });

export const kubeletReachableCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'kubelet-reachable',
  summary: "The API server reaches a node's kubelet and is let in: logs, exec, port-forward and metrics go that way.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `the kubelet of ${spec.node} answers the API server, as kubectl logs and exec need it`;
    const { code, said } = await context.kube.askKubelet(spec.node, 'healthz');
    if (code === 200) {
      return {
        result: 'passed',
        expected,
        found: `the kubelet of ${spec.node} answers`,
        meaning: 'Who looks after the pods of this node can see into them.',
      };
    }
    const words = said.trim();
    const because = words === '' ? '' : `: ${words}`;
    const turnedAway = code === 401 || code === 403;
    return {
      result: 'failed',
      expected,
      found: `${turnedAway ? `the kubelet of ${spec.node} turns the API server away` : `the API server gets no good answer from the kubelet of ${spec.node}`} (HTTP ${code}${because})`,
      meaning: turnedAway
        ? 'A node reports to the API server, and the API server calls the node: two connections, two proofs of identity. Ready speaks for the first only. With the second one broken nobody reads a log or enters a container there.'
        : 'No logs, no exec and no metrics from the pods of this node, whatever its conditions say.',
    };
  },
};
