import { z } from 'zod';
import type { Node } from '../providers/provider.ts';
import { readContainers } from '../reading/containers.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';
import { moment } from './record.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** Names of containers on the node, such as those of the static pods: etcd, kube-apiserver … */
  containers: z.array(z.string().min(1)).min(1),
});

export const restartedCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'restarted',
  summary: 'Containers of a node run, and were started during the drill.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `on ${spec.node} these containers run and have been started since the drill began: ${listed(spec.containers)}`;
    const states = await Promise.all(
      spec.containers.map(async (name) => ({ name, startedAt: await readStart(context.machine(spec.node), name) })),
    );
    const down = states.filter(({ startedAt }) => startedAt === undefined);
    const old = states.filter(({ startedAt }) => startedAt !== undefined && startedAt < context.since);
    if (down.length > 0 || old.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed([
          ...down.map(({ name }) => `${name} does not run`),
          ...old.map(({ name }) => `${name} has run since before the drill`),
        ]),
        meaning:
          'A process that was never restarted works with what it read long ago. Whether it could start with what lies there now shows at the next reboot, at a time nobody chooses.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: listed(states.map(({ name, startedAt }) => `${name} started ${moment(startedAt ?? 0, context.since)}`)),
      meaning: 'They have shown that they can start as things are now.',
    };
  },
};

/** Wall clock ms, undefined when none runs. */
async function readStart(machine: Node, name: string): Promise<number | undefined> {
  return (await readContainers(machine, name)).find((container) => container.running)?.createdAt;
}
