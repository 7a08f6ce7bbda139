import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { backupTakenFault } from '../../../engine/faults/backup-taken.ts';
import type { FaultContext } from '../../../engine/faults/fault.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube } from '../checks/fake-context.ts';
import { backup } from '../checks/restore-record.ts';
import { FakeClock } from '../system/fake-clock.ts';

const spec = {
  node: 'cp1',
  snapshot: [
    { on: 'cp1', path: '/opt/backup/before.db' },
    { on: 'student', path: '/opt/dr/snapshot.db' },
  ],
  pki: { on: 'student', path: '/opt/dr/pki.tgz' },
  kubeadmConfig: { on: 'student', path: '/opt/dr/kubeadm-config.yaml' },
  after: '{ apiVersion: v1, kind: ConfigMap, metadata: { name: later, namespace: default } }',
};
const configMap = (key: string, text: string) => ({ data: { [key]: text } });
const configuration = {
  'ConfigMap/kube-system/kubeadm-config': configMap('ClusterConfiguration', 'kind: ClusterConfiguration\n'),
  'ConfigMap/kube-system/kubelet-config': configMap('kubelet', 'kind: KubeletConfiguration\n'),
  'ConfigMap/kube-system/kube-proxy': configMap('config.conf', 'kind: KubeProxyConfiguration\n'),
};

/** A cluster that writes down what is applied to it. */
class ApplyingKube extends FakeKube {
  readonly applied: string[] = [];

  override apply(manifest?: string): Promise<void> {
    this.applied.push(manifest ?? '');
    return Promise.resolve();
  }
}

function world(more: {
  readonly objects?: Readonly<Record<string, unknown>>;
  readonly timeline?: readonly TimelineEvent[];
  readonly answers?: readonly (readonly [RegExp, Answer])[];
}) {
  const machine = new AnsweringMachine('cp1', more.answers ?? [[/./, { stdout: '/tmp/x\n' }]], {
    '/opt/dr/kubeadm-config.yaml': 'kind: ClusterConfiguration\n',
  });
  const kube = new ApplyingKube({ ...configuration, ...more.objects });
  const context: FaultContext = {
    kube,
    machine: () => machine,
    timeline: () => Promise.resolve(more.timeline ?? []),
    clock: new FakeClock(),
  };
  return { machine, kube, context };
}

test('the snapshot is taken between the two notes, and what came after is applied last', async () => {
  const { machine, kube, context } = world({});
  await backupTakenFault.apply(context, spec);
  expect(kube.applied.map((text) => /running|done|later/.exec(text)?.[0])).toEqual(['running', 'done', 'later']);
  const commands = machine.asked.map(({ argv }) => argv.join(' '));
  expect(commands.findIndex((command) => command.includes('snapshot save /tmp/x/snapshot.db'))).toBeGreaterThan(0);
  expect([...machine.given.values()]).toContain(
    'kind: ClusterConfiguration\n---\nkind: KubeletConfiguration\n---\nkind: KubeProxyConfiguration\n',
  );
});

test('where the witness writes objects, the story waits for them', async () => {
  const { context } = world({ objects: { 'Namespace/markers': {} } });
  await expect(backupTakenFault.apply(context, spec)).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
});

const digest = 'a'.repeat(64);
const file = (was: string): Answer => ({ stdout: `1056\n${digest}\n${was}\next2/ext3\n/opt/x\n600\n` });
const names = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((name) => [`pki/${name}.crt`, `pki/${name}.key`]);
const listing = (lines: readonly string[]): Answer => ({ stdout: lines.join('\n') });
const prove = (more: {
  was?: string;
  archive?: readonly string[];
  timeline?: readonly TimelineEvent[];
  later?: object;
}) =>
  backupTakenFault.prove(
    world({
      objects: { 'ConfigMap/default/later': more.later ?? {} },
      timeline: more.timeline ?? backup(-71, -70),
      answers: [
        [/sha256sum/, file(more.was ?? digest)],
        [/^tar/, listing(more.archive ?? [...names, 'pki/sa.key', 'pki/sa.pub'])],
      ],
    }).context,
    spec,
  );

test('it holds when every part of the backup is whole and the record knows when it was taken', async () => {
  expect(await prove({})).toMatchObject({ holds: true });
  expect((await prove({ was: 'b'.repeat(64) })).holds).toBe(false);
  expect(await prove({ archive: names })).toMatchObject({ holds: false, seen: /lacks pki\/sa\.key, pki\/sa\.pub/ });
  expect(await prove({ timeline: [] })).toMatchObject({ holds: false, seen: /not in the record/ });
});
