import { expect, test } from 'vitest';
import { etcdCorruptedFault } from '../../../engine/faults/etcd-corrupted.ts';
import { machineReplacedFault } from '../../../engine/faults/machine-replaced.ts';
import { namespaceDeletedFault } from '../../../engine/faults/namespace-deleted.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube, FakeMachine, faultContextOf } from '../checks/fake-context.ts';

const containers = (...states: readonly string[]): Answer => ({
  stdout: JSON.stringify({
    containers: states.map((state, id) => ({ id: `${id}`, state, createdAt: `${9 - id}000000` })),
  }),
});
const exited = (exitCode: number, attempt: number): Answer => ({
  stdout: JSON.stringify({ status: { state: 'CONTAINER_EXITED', exitCode, metadata: { attempt } } }),
});
const refused: readonly [RegExp, Answer] = [/^curl/, { exitCode: 7 }];
const spec = { node: 'cp1', damage: 'log' as const };

test('etcd has ended before its data are damaged, and gets its manifest back', async () => {
  const machine = new AnsweringMachine('cp1', [
    [/^crictl ps/, containers('CONTAINER_EXITED')],
    [/^(mv|python3)/, {}],
  ]);
  await etcdCorruptedFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  expect(machine.asked.map(({ argv }) => argv[0])).toEqual(['mv', 'crictl', 'python3', 'mv']);
  expect(machine.asked.at(-1)?.argv.at(-1)).toBe('/etc/kubernetes/manifests/etcd.yaml');
});

test.each([
  [
    'it ended with an error that names the damage, more than once',
    1,
    3,
    'walpb: crc mismatch',
    'CONTAINER_EXITED',
    true,
  ],
  ['it was started once', 1, 0, 'walpb: crc mismatch', 'CONTAINER_EXITED', false],
  ['it ended as it was told to', 0, 3, 'walpb: crc mismatch', 'CONTAINER_EXITED', false],
  ['it complains of something else', 1, 3, 'address already in use', 'CONTAINER_EXITED', false],
  ['it runs', 1, 3, 'walpb: crc mismatch', 'CONTAINER_RUNNING', false],
])('%s', async (_, exitCode, attempt, stderr, state, holds) => {
  const machine = new AnsweringMachine('cp1', [
    [/^crictl ps/, containers(state)],
    [/^crictl inspect/, exited(exitCode, attempt)],
    [/^crictl logs/, { stderr }],
    refused,
  ]);
  expect((await etcdCorruptedFault.prove(faultContextOf(new FakeKube({}), machine), spec)).holds).toBe(holds);
});

test('a machine was replaced when nothing of Kubernetes is on it and its API is gone', async () => {
  const machine = new FakeMachine('cp1');
  await machineReplacedFault.apply(faultContextOf(new FakeKube({}), machine), { node: 'cp1' });
  expect(machine.powered).toEqual(['replace']);
  const prove = (files: string, pods: string, api = refused) =>
    machineReplacedFault.prove(
      faultContextOf(
        new FakeKube({}),
        new AnsweringMachine('cp1', [[/^sh -c for path/, { stdout: files }], [/^crictl pods/, { stdout: pods }], api]),
      ),
      { node: 'cp1' },
    );
  expect((await prove('', '')).holds).toBe(true);
  expect(await prove('/etc/kubernetes/pki\n', '')).toMatchObject({
    holds: false,
    seen: /there are \/etc\/kubernetes\/pki/,
  });
  expect((await prove('', 'abc\n')).holds).toBe(false);
  expect((await prove('', '', [/^curl/, { stdout: 'ok\n200' }])).holds).toBe(false);
});

test('a namespace is deleted by the colleague, and gone for good', async () => {
  const machine = new FakeMachine('student');
  await namespaceDeletedFault.apply(faultContextOf(new FakeKube({}), machine), { namespace: 'shop' });
  expect(machine.asked[0]).toMatchObject({ user: 'ops', argv: expect.arrayContaining(['delete', 'shop']) });
  const prove = (objects: object) =>
    namespaceDeletedFault.prove(faultContextOf(new FakeKube({ ...objects }), machine), { namespace: 'shop' });
  expect((await prove({})).holds).toBe(true);
  expect((await prove({ 'Namespace/shop': {} })).holds).toBe(false);
});
