import { describe, expect, test } from 'vitest';
import { upgradeInterruptedFault } from '../../../engine/faults/upgrade-interrupted.ts';
import type { Answer } from '../checks/answering-machine.ts';
import { FakeKube, faultContextOf } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const spec = { node: 'cp1', version: '1.35.4', at: 'kube-controller-manager' as const, kubeadmFlags: '--flag=x' };

test('kubeadm gets patches, flags and the manifest to stop at', async () => {
  const machine = new WritableMachine('cp1', [[/^bash /, {}]]);
  const patches = { 'etcd0+json.yaml': '- { op: add }' };
  await upgradeInterruptedFault.apply(faultContextOf(new FakeKube({}), machine), { ...spec, patches });
  expect(machine.files).toEqual({ '/root/kubeadm-patches/etcd0+json.yaml': '- { op: add }' });
  expect(machine.asked[0]?.argv.slice(3)).toEqual(['upgrade', '1.35.4', '1.1', 'kube-controller-manager', '--flag=x']);
});

test('a kubeadm that ended too early is an error that says what it said', async () => {
  const machine = new WritableMachine('cp1', [[/^bash /, { exitCode: 1, stderr: 'kubeadm ended before' }]]);
  const applied = upgradeInterruptedFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  await expect(applied).rejects.toThrow(/kubeadm ended before/);
});

test.each([
  ['a file that kubeadm does not take for a patch', { patches: { 'readme.txt': 'x' } }],
  ['a component that there is not', { at: 'kubelet' }],
  ['a minor for a release', { version: '1.35' }],
])('%s is refused', (_, change) => {
  expect(upgradeInterruptedFault.schema.safeParse({ ...spec, ...change }).success).toBe(false);
});

describe('the proof', () => {
  const container = (state: string) =>
    JSON.stringify({ containers: [{ id: 'abc', state, createdAt: '1700000000000000000' }] });
  const prove = (situation: { kubeadm?: Answer; backups?: string; containers?: string }) =>
    upgradeInterruptedFault.prove(
      faultContextOf(
        new FakeKube({}),
        new WritableMachine('cp1', [
          [/^pgrep/, situation.kubeadm ?? { exitCode: 1 }],
          [/^find/, { stdout: situation.backups ?? 'kube-controller-manager.yaml\netcd.yaml\nkube-apiserver.yaml\n' }],
          [/^crictl ps/, { stdout: situation.containers ?? container('CONTAINER_EXITED') }],
        ]),
      ),
      spec,
    );

  test('it holds by the backups, the processes and the containers', async () => {
    expect(await prove({})).toEqual({
      holds: true,
      seen: 'kubeadm has replaced etcd, kube-apiserver, kube-controller-manager on cp1, and does not run; kube-controller-manager does not run',
    });
  });

  test.each([
    ['kubeadm still runs', { kubeadm: { exitCode: 0, stdout: '77\n' } }],
    ['nothing was replaced', { backups: '' }],
    ['it did not come so far', { backups: 'etcd.yaml\n' }],
    ['it went on', { backups: 'etcd.yaml\nkube-apiserver.yaml\nkube-controller-manager.yaml\nkube-scheduler.yaml\n' }],
    ['the component runs', { containers: container('CONTAINER_RUNNING') }],
  ])('it does not hold when %s', async (_, situation) => {
    expect((await prove(situation)).holds).toBe(false);
  });
});
