import { z } from 'zod';
import { isKubewrightError, KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { askReadiness } from '../reading/api-server-on-node.ts';
import { readContainers, readExitCode } from '../reading/containers.ts';
import { retryUntil } from '../system/clock.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition, FaultProof } from './fault.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd with its data in /var/lib/etcd. */
  node: z.string().min(1),
  /** log: one bit of an entry in the middle of the write-ahead log. database: the first two pages of the database. */
  damage: z.enum(['log', 'database']),
});
type Spec = z.infer<typeof schema>;

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const aside = '/etc/kubernetes/.etcd.yaml';
const actWithinMs = 30_000;
const stopWithinMs = 90_000;

/**
 * Flips a bit within the data of one record in the middle, so that its checksum no longer fits. A record that is cut off
 * at the end of the log would be repaired by etcd itself; so would one whose part in a disk sector is all zeros, as its
 * padding may be, so it has to be within one sector. Frames: 8 bytes of length (56 bits, then the padding), then the
 * record (etcd v3.6, server/storage/wal/encoder.go and decoder.go, isTornEntry).
 */
const flipBit = `import glob
path = sorted(glob.glob('/var/lib/etcd/member/wal/*.wal'))[-1]
with open(path, 'r+b') as log:
    data = log.read()
    records, at = [], 0
    while at + 8 <= len(data):
        frame = int.from_bytes(data[at:at + 8], 'little')
        if frame == 0:
            break
        size = frame & ((1 << 56) - 1)
        padding = (frame >> 56) & 7 if frame >> 63 else 0
        first, last = at + 8, at + 8 + size + padding - 1
        if size > 64 and first // 512 == last // 512:
            records.append(first + size - 8)
        at += 8 + size + padding
    log.seek(records[len(records) // 2])
    log.write(bytes([data[records[len(records) // 2]] ^ 1]))
`;

/** Both meta pages of the database are in there: without a valid one bbolt cannot open it. */
const zeroPages = 'dd if=/dev/zero of=/var/lib/etcd/member/snap/db bs=4096 count=2 conv=notrunc status=none';

const damages: Readonly<Record<Spec['damage'], { readonly argv: readonly string[]; readonly says: RegExp }>> = {
  log: { argv: ['python3', '-c', flipBit], says: /crc mismatch|failed to read WAL/ },
  database: { argv: ['sh', '-c', zeroPages], says: /invalid database|failed to open database/ },
};

export const etcdCorruptedFault: FaultDefinition<Spec> = {
  kind: 'etcd-corrupted',
  summary: 'The data of etcd are damaged on the disk: it ends with an error each time it is started.',
  schema,
  /** etcd ends properly first: all that was ever acknowledged is in its database, whatever happens to the log. */
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    await run(machine, context, ['mv', '--no-clobber', manifest, aside]);
    const stopped = await retryUntil(
      context.clock,
      { withinMs: stopWithinMs, everyMs: 500, signal: context.signal },
      async () => ((await readContainers(machine, 'etcd')).some(({ running }) => running) ? undefined : true),
    );
    if (stopped === undefined) {
      throw new KubewrightError('FAULT_NOT_PROVEN', `etcd on ${spec.node} did not end without its manifest`);
    }
    await run(machine, context, damages[spec.damage].argv);
    await run(machine, context, ['mv', '--no-clobber', aside, manifest]);
  },
  /** Holds when etcd was started at least twice since, ended with an error that names the damage, and the API is down. */
  async prove(context, spec) {
    try {
      return await look(context, spec);
    } catch (error) {
      // The kubelet clears ended containers away, also the one that was being looked at.
      if (!isKubewrightError(error) || !error.message.includes('NotFound')) throw error;
      return { holds: false, seen: `the container of etcd on ${spec.node} was cleared away meanwhile` };
    }
  },
  // The old API server answers some time without etcd, and the kubelet waits longer between attempts each time.
  proveWithinMs: 180_000,
};

async function look(context: FaultContext, spec: Spec): Promise<FaultProof> {
  const machine = context.machine(spec.node);
  const attempts = await readContainers(machine, 'etcd');
  const newest = attempts[0];
  if (newest === undefined) return { holds: false, seen: `etcd on ${spec.node} was not started yet` };
  if (newest.running) return { holds: false, seen: `etcd on ${spec.node} runs` };
  const exitCode = await readExitCode(machine, newest.id);
  const log = await run(machine, context, ['crictl', 'logs', '--tail', '50', newest.id]);
  const named = damages[spec.damage].says.exec(log)?.[0];
  const api = await askReadiness(machine);
  const seen = `etcd on ${spec.node} ended with exit code ${exitCode ?? '?'} (${named ?? 'without naming the damage'}); the API server ${api.said}`;
  if (exitCode === undefined || exitCode === 0 || named === undefined || api.ready) return { holds: false, seen };
  return { holds: await isSecondAttempt(machine, context, newest.id), seen };
}

/** The kubelet counts its attempts in the container's metadata. */
async function isSecondAttempt(machine: Node, context: FaultContext, id: string): Promise<boolean> {
  const text = await run(machine, context, ['crictl', 'inspect', '--output', 'json', id]);
  const { status } = JSON.parse(text) as { status?: { metadata?: { attempt?: number } } };
  return (status?.metadata?.attempt ?? 0) >= 1;
}

/** Standard output and what went to standard error, where crictl puts a container's own. */
async function run(machine: Node, context: FaultContext, argv: readonly string[]): Promise<string> {
  const result = await machine.exec(argv, { timeoutMs: actWithinMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  return `${result.stdout}${result.stderr}`;
}
