import { z } from 'zod';
import { podName, podsToMove, readNode } from '../reading/kube-objects.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({ node: z.string().min(1) });

export const nodeDrainedCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'node-drained',
  summary: 'A node is cordoned and carries no pods but those of DaemonSets, static pods and finished ones.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, { node: name }) {
    const expected = `node ${name} is cordoned and no pod is left on it (DaemonSet, static and finished pods may stay)`;
    const node = await readNode(context.kube, name);
    if (node === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no node ${name} in the cluster`,
        meaning: 'Deleting a Node object is not a drain: its pods are collected without regard for any budget.',
      };
    }
    const left = await podsToMove(context.kube, name);
    const cordoned = node.spec?.unschedulable === true;
    const pods = left.length === 0 ? 'no pods are left on it' : `still on it: ${listed(left.map(podName))}`;
    const found = `node ${name} is ${cordoned ? 'cordoned' : 'not cordoned'}; ${pods}`;
    if (left.length > 0) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: cordoned
          ? 'A cordon keeps new pods away but moves none. Whoever reboots this node now takes these pods down without warning.'
          : 'Work on this node would take these pods down without warning.',
      };
    }
    if (!cordoned) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: 'The node is empty only by chance: the scheduler may put pods on it at any moment.',
      };
    }
    return { result: 'passed', expected, found, meaning: 'The node can be worked on without anybody noticing.' };
  },
};
