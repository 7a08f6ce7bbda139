import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { etcdRestoredByHandFault } from '../../../engine/faults/etcd-restored-by-hand.ts';
import type { FaultContext } from '../../../engine/faults/fault.ts';
import type { ResourceRef } from '../../../engine/providers/provider.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube } from '../checks/fake-context.ts';
import { etcdRecord } from '../checks/restore-record.ts';
import { FakeClock } from '../system/fake-clock.ts';

const spec = { node: 'cp1', dataDir: '/var/lib/etcd-restored', apiServerArgs: ['--audit-log-maxage=30'] };

class ApplyingKube extends FakeKube {
  readonly applied: string[] = [];
  refuses = 1;
  /** When a component last renewed its lease; as the clock of these tests begins, all are of the future. */
  renewed: Readonly<Record<string, string>> = {};

  override read<T>({ name }: ResourceRef): Promise<T | undefined> {
    const renewTime = this.renewed[name] ?? '2099-01-01T00:00:00.000000Z';
    return Promise.resolve({ spec: { holderIdentity: 'cp1', renewTime } } as T);
  }

  override apply(manifest?: string): Promise<void> {
    if (this.refuses-- > 0) return Promise.reject(new Error('no service account yet'));
    this.applied.push(manifest ?? '');
    return Promise.resolve();
  }
}

function world(more: { timeline?: readonly TimelineEvent[]; answers?: readonly (readonly [RegExp, Answer])[] }) {
  const kube = new ApplyingKube({});
  const machine = new AnsweringMachine('cp1', more.answers ?? [[/./, {}]]);
  const context: FaultContext = {
    kube,
    machine: () => machine,
    timeline: () => Promise.resolve(more.timeline ?? []),
    clock: new FakeClock(),
  };
  return { kube, machine, context };
}

const run = (from: number, to: number, revision: number) => ({ from, to, revision, raftIndex: 1, data: '1:7' });

describe('what is done', () => {
  test('the script gets the directory and the arguments; what came after is applied when the API takes it', async () => {
    const timeline = etcdRecord([run(-20, -10, 1000), run(5, 30, 1100)]);
    const { kube, machine, context } = world({ timeline });
    await etcdRestoredByHandFault.apply(context, { ...spec, after: 'kind: Deployment' });
    expect(machine.asked[0]?.argv.slice(4)).toEqual(['/var/lib/etcd-restored', '--audit-log-maxage=30']);
    expect(kube.applied).toEqual(['kind: Deployment']);
  });

  test('a restored etcd that never gets ahead of the old one is no fault', async () => {
    const { context } = world({ timeline: etcdRecord([run(-20, -10, 1000), run(5, 6, 1100)]) });
    await expect(etcdRestoredByHandFault.apply(context, spec)).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
  });

  test.each(['kube-controller-manager', 'kube-scheduler'])('it is not there before %s works again', async (name) => {
    const { kube, context } = world({ timeline: etcdRecord([run(-20, -10, 1000), run(5, 30, 1100)]) });
    kube.renewed = { [name]: '1999-01-01T00:00:00.000000Z' };
    await expect(etcdRestoredByHandFault.apply(context, { ...spec, after: 'kind: Deployment' })).rejects.toMatchObject({
      code: 'FAULT_NOT_PROVEN',
    });
    expect(kube.applied).toEqual([]);
  });

  test('a restore that failed is an error', async () => {
    const { context } = world({ answers: [[/^bash/, { exitCode: 1 }]] });
    await expect(etcdRestoredByHandFault.apply(context, spec)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('the proof', () => {
  const prove = (more: { open?: string; restored?: Answer; stale?: Answer; cmdline?: string }) =>
    etcdRestoredByHandFault.prove(
      world({
        answers: [
          [/etcd-restored\/member/, more.restored ?? { stdout: '8:1\n' }],
          [/\/var\/lib\/etcd\/member/, more.stale ?? { stdout: '8:2\n' }],
          [/pgrep -x etcd/, { stdout: more.open ?? '8:1 /var/lib/etcd-restored/member/snap/db\n' }],
          [/kube-apiserver/, { stdout: more.cmdline ?? 'kube-apiserver\n--audit-log-maxage=30\n' }],
        ],
      }).context,
      spec,
    );

  test('it holds by the open database, the old directory and the arguments that run', async () => {
    expect(await prove({})).toEqual({
      holds: true,
      seen: 'etcd on cp1 runs with the data in /var/lib/etcd-restored; its API server runs as set by hand',
    });
  });

  test.each([
    ['etcd does not run', { open: '' }],
    ['etcd has the old database open', { open: '8:2 /var/lib/etcd/member/snap/db\n' }],
    ['the new directory is not there', { restored: { exitCode: 66 } }],
    ['the old directory is gone', { stale: { exitCode: 66 } }],
    ['the API server runs without the argument', { cmdline: 'kube-apiserver\n' }],
  ])('it does not hold when %s', async (_, situation) => {
    expect((await prove(situation)).holds).toBe(false);
  });
});
