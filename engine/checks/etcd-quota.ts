import { z } from 'zod';
import { defaultQuota, readEtcdSpace } from '../reading/etcd-space.ts';
import type { CheckDefinition } from './check.ts';
import { machineSamples, sampleAt } from './node-record.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
});

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const mebibyte = 2 ** 20;

export const etcdQuotaCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'etcd-quota',
  summary: 'etcd has the space quota that it had when the drill began, as it runs and in its manifest.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const report = sampleAt(machineSamples(await context.timeline(), spec.node), context.since)?.answer;
    const before = report?.manifests?.[manifest];
    if (before === undefined) {
      return {
        result: 'errored',
        expected: `etcd on ${spec.node} has the quota that it had`,
        found: `the record does not say how etcd on ${spec.node} was started when the drill began`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const quota = quotaIn(Buffer.from(before, 'base64').toString());
    const expected = `etcd on ${spec.node} has a quota of ${quota / mebibyte} MiB, as when the drill began`;
    const machine = context.machine(spec.node);
    const text = await machine.read(manifest);
    if (text === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no ${manifest} on ${spec.node}`,
        meaning: 'Without its manifest the kubelet does not run etcd at all.',
      };
    }
    const written = quotaIn(text);
    // An etcd that is down has none; what it is started with says the manifest.
    const running = (await readEtcdSpace(machine))?.quota ?? written;
    if (written !== quota || running !== quota) {
      const [what, other] = written === quota ? ['etcd still runs with', running] : [`${manifest} says`, written];
      return {
        result: 'failed',
        expected,
        found: `${what} ${other / mebibyte} MiB`,
        meaning:
          'The disk, the backups and the time that a start takes were measured for the old one. What fills the database fills the larger one, too, only later.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `the manifest says ${quota / mebibyte} MiB, and etcd runs with it`,
      meaning: 'The limit is where it was, and there is room below it.',
    };
  },
};

/** Of the arguments of the command, bytes; what is commented out does not count, and of two the last one does. */
function quotaIn(text: string): number {
  const found = [...text.matchAll(/^\s*-\s+["']?--quota-backend-bytes=(\d+)/gm)].at(-1)?.[1];
  return Number(found ?? 0) || defaultQuota;
}
