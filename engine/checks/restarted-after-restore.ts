import { z } from 'zod';
import { readContainers } from '../reading/containers.ts';
import type { CheckDefinition } from './check.ts';
import { etcdRuns, lastChange } from './etcd-history.ts';
import { listed } from './finding.ts';
import { moment } from './record.ts';
import { when } from './when.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
});

const clients = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/**
 * Why it matters: API server and controllers hold what they have read in memory, with the revision they read it at, and
 * ask for what is newer. A store that was set back has nothing newer for a long time (kubernetes/kubernetes#95958,
 * etcd-io/etcd#16028). A restore that bumps the revision leaves no such time behind.
 */
export const restartedAfterRestoreCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'restarted-after-restore',
  summary:
    'No API server, controller manager or scheduler is left that has seen the data from before a restore of etcd.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `after a restore of etcd on ${spec.node} the API server, the controller manager and the scheduler have been started anew, or the restore raised the revision above the old one`;
    const change = lastChange(etcdRuns(await context.timeline(), spec.node));
    if (change === undefined || change.after.at < context.since) {
      return {
        result: 'passed',
        expected,
        found: `etcd on ${spec.node} has had the same data all the time`,
        meaning: 'Nobody has to forget anything.',
      };
    }
    const [old, restored] = [change.before.facts.revision, change.after.facts.revision];
    const revisions = `revision ${old} before, ${restored} after`;
    if (restored >= old) {
      return {
        result: 'passed',
        expected,
        found: `the revision never went back (${revisions})`,
        meaning: 'Whoever followed the store from before the restore goes on from a revision that is newer.',
      };
    }
    const states = await Promise.all(
      clients.map(async (name) => {
        const running = (await readContainers(context.machine(spec.node), name)).find((container) => container.running);
        return { name, startedAt: running?.createdAt };
      }),
    );
    const left = states.filter(({ startedAt }) => startedAt === undefined || startedAt <= change.before.at);
    if (left.length > 0) {
      const words = left.map(({ name, startedAt }) =>
        startedAt === undefined ? `${name} does not run` : `${name} has run since ${when(startedAt, context.since)}`,
      );
      return {
        result: 'failed',
        expected,
        found: `the data went back at ${moment(change.after.at, context.since)} (${revisions}), and ${listed(words)}`,
        meaning:
          'What was read before the restore is still in their memory: the API server lists objects that are gone, and whoever watches through it waits for revisions that will not come for a long time. A single "get" may look right while every controller works with the past.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `the data went back at ${moment(change.after.at, context.since)}, and all three were started after the old data had gone`,
      meaning: 'Everybody has read the restored state from the beginning.',
    };
  },
};
