import { expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { EtcdFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { etcdNospaceFault } from '../../../engine/faults/etcd-nospace.ts';
import type { FaultContext } from '../../../engine/faults/fault.ts';
import type { ExecResult } from '../../../engine/system/exec.ts';
import { FakeKube, FakeMachine } from '../checks/fake-context.ts';
import { facts } from '../checks/ha-record.ts';
import { at } from '../checks/record-builder.ts';
import { FakeClock } from '../system/fake-clock.ts';

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const text = 'spec:\n  containers:\n  - command:\n    - etcd\n    - --data-dir=/var/lib/etcd\n    image: etcd\n';
const spec = { node: 'cp1', quotaMiB: 32, namespace: 'crash-reports' };
const quota = 32 * 2 ** 20;

/** An etcd with a quota, and the API server before it: it takes what there is room for, and raises the alarm once. */
class SmallCluster extends FakeKube {
  size = 5 * 2 ** 20;
  full = false;
  readonly taken: number[] = [];
  readonly refused: number[] = [];
  readonly #refusal: string;

  constructor(refusal = '500: etcdserver: mvcc: database space exceeded') {
    super({});
    this.#refusal = refusal;
  }

  override apply(text = ''): Promise<void> {
    this.full ||= this.size + text.length >= quota;
    (this.full ? this.refused : this.taken).push(text.length);
    if (this.full) return Promise.reject(new KubewrightError('COMMAND_FAILED', this.#refusal));
    this.size += text.length;
    return Promise.resolve();
  }
}

/** Its machine: etcdctl tells the size of the moment, and the quota that the written manifest has. */
class SmallMachine extends FakeMachine {
  written = '';
  readonly #cluster: SmallCluster;

  constructor(cluster: SmallCluster, before = text) {
    super('cp1', { files: { [manifest]: before } });
    this.#cluster = cluster;
  }

  override exec(
    argv: readonly string[],
    options: { readonly user?: string; readonly input?: string | Uint8Array } = {},
  ): Promise<ExecResult> {
    if (options.input !== undefined) this.written = options.input.toString();
    const dbSizeQuota = Number(/--quota-backend-bytes=(\d+)/.exec(this.written)?.[1] ?? 0);
    const stdout =
      argv[0] === 'etcdctl' ? JSON.stringify([{ Status: { dbSize: this.#cluster.size, dbSizeQuota } }]) : '';
    return Promise.resolve({ exitCode: 0, stdout, stderr: '', timedOut: false, command: argv.join(' ') });
  }
}

function contextOf(kube: FakeKube, machine: FakeMachine, timeline: readonly TimelineEvent[] = []): FaultContext {
  return { kube, machine: () => machine, timeline: () => Promise.resolve(timeline), clock: new FakeClock() };
}

test('etcd gets a quota in its manifest, and reports until one is refused', async () => {
  const cluster = new SmallCluster();
  const machine = new SmallMachine(cluster);
  await etcdNospaceFault.apply(contextOf(cluster, machine), spec);
  expect(machine.written).toBe(text.replace('- etcd\n', `- etcd\n    - --quota-backend-bytes=${quota}\n`));
  expect(cluster.refused).toHaveLength(1);
  // A few small objects find room when the alarm is taken back, a report does not.
  expect(quota - cluster.size).toBeGreaterThan(50_000);
  expect(quota - cluster.size).toBeLessThan(130_000);
});

test.each([
  ['has no command etcd', 'spec: {}\n'],
  ['has a quota already', text.replace('- etcd\n', '- etcd\n    - --quota-backend-bytes=1\n')],
])('a manifest that %s is refused, and nothing is written', async (_, before) => {
  const cluster = new SmallCluster();
  const machine = new SmallMachine(cluster, before);
  await expect(etcdNospaceFault.apply(contextOf(cluster, machine), spec)).rejects.toMatchObject({
    code: 'FAULT_NOT_PROVEN',
  });
  expect(machine.written).toBe('');
});

test('another refusal than that of a full database is an error of the walk', async () => {
  const cluster = new SmallCluster('403: forbidden');
  await expect(etcdNospaceFault.apply(contextOf(cluster, new SmallMachine(cluster)), spec)).rejects.toThrow(
    'forbidden',
  );
});

const sample = (second: number, more?: Partial<EtcdFacts>): TimelineEvent => ({
  at: at(second),
  kind: 'etcd',
  node: 'cp1',
  ...(more === undefined ? {} : { facts: facts('cp1', more) }),
});
const alarm = { alarms: ['NOSPACE'], dbSize: quota - 90_000 };

test.each<[string, TimelineEvent[], boolean, boolean]>([
  ['the alarm is raised and a write is refused', [sample(10, alarm)], true, true],
  ['no alarm is in the record yet', [sample(10, {})], true, false],
  ['a write is accepted all the same', [sample(10, alarm)], false, false],
  ['etcd does not answer', [sample(10)], true, false],
  ['what etcd said is long ago', [sample(1, alarm), { at: at(20), kind: 'tick' }], true, false],
  ['etcd was never asked', [], true, false],
])('%s', async (_, timeline, full, holds) => {
  const cluster = new SmallCluster();
  cluster.full = full;
  const proof = await etcdNospaceFault.prove(contextOf(cluster, new SmallMachine(cluster), timeline), spec);
  expect(proof.holds).toBe(holds);
});
