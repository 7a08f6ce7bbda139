import { z } from 'zod';
import type { KubeNode } from '../reading/kube-objects.ts';
import type { CheckDefinition } from './check.ts';
import { readOrDown } from './read-or-down.ts';
import { lastState } from './record.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** Looked at when the API does not answer. */
  controlPlane: z.string().min(1),
});

/** Beside "unchanged", which follows an object all the time: here only what is known in the end counts. */
export const sameNodeCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'same-node',
  summary: 'The cluster knows a node as the one that it was when the drill began, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `the cluster knows ${spec.node} as the node that it was`;
    const moment = { since: context.since, until: context.since };
    const before = lastState(await context.timeline(), moment).nodes.get(spec.node)?.uid;
    if (before === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the record has no node ${spec.node} at the start of the drill`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const answer = await readOrDown<KubeNode>(
      context,
      { apiVersion: 'v1', kind: 'Node', name: spec.node },
      spec.controlPlane,
    );
    if ('down' in answer) return { result: 'failed', expected, found: answer.down, meaning: answer.meaning };
    const now = answer.object?.metadata.uid;
    if (now !== before) {
      return {
        result: 'failed',
        expected,
        found:
          now === undefined
            ? `the cluster knows no node ${spec.node}`
            : `${spec.node} is another object now: it was ${before}, it is ${now}`,
        meaning:
          'The pods that ran there belong to a node that is not known any more: they are collected or stopped, and its labels and taints are gone.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `${spec.node} is ${now}, as before`,
      meaning: 'Its pods are still its pods.',
    };
  },
};
