import { expect, test } from 'vitest';
import { staticPodProgramsCheck } from '../../../engine/checks/static-pod-programs.ts';
import { type Answer, AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';

const manifests = (managerTag: string) =>
  Object.fromEntries(
    [
      ['etcd', 'registry.k8s.io/etcd:3.6.6-0'],
      ['kube-apiserver', 'registry.k8s.io/kube-apiserver:v1.35.4'],
      ['kube-controller-manager', `"localhost:5000/kube-controller-manager:${managerTag}"`],
      ['kube-scheduler', 'registry.k8s.io/kube-scheduler:v1.35.4@sha256:0123'],
    ].map(([name = '', image]) => [
      `/etc/kubernetes/manifests/${name}.yaml`,
      `spec:\n  containers:\n  - image: ${image}\n    imagePullPolicy: IfNotPresent\n`,
    ]),
  );
const look = (manager: Answer, tag = 'v1.35.4') =>
  staticPodProgramsCheck.evaluate(
    contextOf(
      new FakeKube({}),
      new AnsweringMachine(
        'cp1',
        [
          [/sh etcd cp1$/, { stdout: 'etcd Version: 3.6.6\nGit SHA: abc\nGo Version: go1.24.5\n' }],
          [/sh kube-controller-manager cp1$/, manager],
          [/./, { stdout: 'Kubernetes v1.35.4\n' }],
        ],
        manifests(tag),
      ),
    ),
    { node: 'cp1' },
    'assert',
  );

test('programs that are what their tags say pass', async () => {
  expect((await look({ stdout: 'Kubernetes v1.35.4\n' })).result).toBe('passed');
});

test('an old program under a new name fails', async () => {
  expect(await look({ stdout: 'Kubernetes v1.34.4\n' })).toMatchObject({
    result: 'failed',
    found: 'kube-controller-manager runs from an image called v1.35.4 and says v1.34.4',
  });
});

test('what does not run says nothing, and what can not be asked is an error', async () => {
  expect((await look({ exitCode: 66 })).result).toBe('passed');
  await expect(look({ exitCode: 1 })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});
