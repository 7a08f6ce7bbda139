import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import type { CheckDefinition } from './check.ts';

const schema = z
  .strictObject({
    node: z.string().min(1),
    ready: z.boolean().optional(),
    schedulable: z.boolean().optional(),
  })
  .refine((spec) => spec.ready !== undefined || spec.schedulable !== undefined, {
    message: 'say what is expected of the node: ready, schedulable, or both',
  });

export const nodeCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'node',
  summary: 'A node is Ready or not, schedulable or cordoned, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted: string[] = [];
    if (spec.ready !== undefined) wanted.push(spec.ready ? 'Ready' : 'not Ready');
    if (spec.schedulable !== undefined) wanted.push(spec.schedulable ? 'schedulable' : 'cordoned');
    const expected = `node ${spec.node} is ${wanted.join(' and ')}`;
    const node = await readNode(context.kube, spec.node);
    if (node === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no node ${spec.node} in the cluster`,
        meaning: 'A machine without a Node object takes no work, whatever runs on it.',
      };
    }
    const state = readiness(node);
    const schedulable = node.spec?.unschedulable !== true;
    const found = `node ${spec.node} has Ready=${state} and is ${schedulable ? 'schedulable' : 'cordoned (SchedulingDisabled)'}`;
    if (spec.ready !== undefined && spec.ready !== (state === 'True')) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: spec.ready
          ? 'The control plane does not hear a healthy kubelet: no pods are started there, and those on it no longer receive traffic.'
          : 'The node still takes part in the cluster.',
      };
    }
    if (spec.schedulable !== undefined && spec.schedulable !== schedulable) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: spec.schedulable
          ? 'The scheduler still avoids this node. Its capacity is missing until somebody uncordons it.'
          : 'The scheduler may still put new pods on this node.',
      };
    }
    return { result: 'passed', expected, found, meaning: 'The control plane sees the node as it should be.' };
  },
};
