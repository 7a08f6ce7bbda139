import { z } from 'zod';
import { type EtcdSpace, readEtcdSpace } from '../reading/etcd-space.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { listed } from './finding.ts';
import { etcdSamples, sampleAt } from './node-record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
  /** Share of its quota that the database may take on the disk, such as 50%. */
  mostUsed: z.string().regex(/^\d{1,2}%$/, 'write a share such as "50%"'),
});
type Spec = z.infer<typeof schema>;

const mebibyte = 2 ** 20;

export const etcdSpaceCheck: CheckDefinition<Spec> = {
  kind: 'etcd-space',
  summary: 'etcd has raised no alarm, and its database takes no more than a share of its quota.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `etcd on ${spec.node} has no alarm raised, and its database takes at most ${spec.mostUsed} of its quota`;
    const space = await readEtcdSpace(context.machine(spec.node));
    if (space === undefined) return { ...(await whyNoAnswer(context, spec.node)), expected };
    const share = (100 * space.size) / space.quota;
    const size = `its database takes ${inMebibytes(space.size)} of ${inMebibytes(space.quota)} MiB, ${inMebibytes(space.inUse)} of them in use`;
    if (space.alarms.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `etcd on ${spec.node} has the alarm ${listed(space.alarms)} raised; ${size}`,
        meaning:
          'As long as the alarm NOSPACE is raised, etcd refuses every write but deletions, also when there is room again: an alarm is taken back by hand.',
      };
    }
    if (share > Number.parseInt(spec.mostUsed, 10)) {
      return { result: 'failed', expected, found: `no alarm is raised, but ${size}`, meaning: whyFull(space) };
    }
    return {
      result: 'passed',
      expected,
      found: `no alarm is raised, and ${size}`,
      meaning: 'There is room for what the cluster has to write.',
    };
  },
};

/** Free pages are used again, but the file that the quota is about does not shrink by itself. */
function whyFull({ size, inUse }: EtcdSpace): string {
  return inUse > size / 2
    ? 'What fills the database is still in it: objects that nobody needs, or the old revisions of objects, which only a compaction gives up. The next writes raise the alarm again.'
    : 'What was given up is free within the file, and the file is as large as before: the quota is about the file. Only a defragmentation makes it smaller.';
}

async function whyNoAnswer(context: CheckContext, node: string) {
  const seen = sampleAt(etcdSamples(await context.timeline(), node), context.until);
  if (seen === undefined || seen.answer !== undefined) {
    throw new Error(`etcdctl on ${node} got no answer, and the witness does not say that etcd is down`);
  }
  return {
    result: 'failed' as const,
    found: `etcd on ${node} does not answer`,
    meaning: 'Without etcd the cluster has no memory, and its API server cannot answer.',
  };
}

function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(1);
}
