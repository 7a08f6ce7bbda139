import { describe, expect, test } from 'vitest';
import { fileCheck } from '../../../engine/checks/file.ts';
import { nodeCheck } from '../../../engine/checks/node.ts';
import { nodeDrainedCheck } from '../../../engine/checks/node-drained.ts';
import { nodeMaintenanceCheck } from '../../../engine/checks/node-maintenance.ts';
import { checkRegistry } from '../../../engine/checks/registry.ts';
import { resourceCheck } from '../../../engine/checks/resource.ts';
import { unitCheck } from '../../../engine/checks/unit.ts';
import { contextOf, FakeKube, FakeMachine, kubeNode, kubePod } from './fake-context.ts';

describe('node', () => {
  const look = (node: unknown, spec: Parameters<typeof nodeCheck.evaluate>[1]) =>
    nodeCheck.evaluate(contextOf(new FakeKube(node === undefined ? {} : { 'Node/w1': node })), spec, 'assert');

  test.each([
    ['True', false, { ready: true }, 'passed'],
    ['False', false, { ready: true }, 'failed'],
    ['Unknown', false, { ready: true }, 'failed'],
    ['Unknown', false, { ready: false }, 'passed'],
    ['True', true, { ready: true }, 'passed'],
    ['True', true, { schedulable: true }, 'failed'],
    ['True', true, { schedulable: false }, 'passed'],
    ['True', false, { schedulable: false }, 'failed'],
    ['False', false, { ready: true, schedulable: true }, 'failed'],
  ])('Ready=%s cordoned=%s against %j is %s', async (ready, cordoned, wanted, result) => {
    expect((await look(kubeNode(ready, cordoned), { node: 'w1', ...wanted })).result).toBe(result);
  });

  test('a node that is not there fails, whatever was expected', async () => {
    expect((await look(undefined, { node: 'w1', ready: false })).result).toBe('failed');
  });

  test('nothing expected is refused', () => {
    expect(nodeCheck.schema.safeParse({ node: 'w1' }).success).toBe(false);
  });
});

describe('node-drained', () => {
  const look = (cordoned: boolean, pods: readonly unknown[]) =>
    nodeDrainedCheck.evaluate(
      contextOf(new FakeKube({ 'Node/w1': kubeNode('True', cordoned) }, { Pod: pods })),
      { node: 'w1' },
      'assert',
    );
  const mayStay = [
    kubePod('agent-1', { owner: 'DaemonSet' }),
    kubePod('etcd-w1', { mirror: true }),
    kubePod('job-1', { phase: 'Succeeded' }),
    kubePod('web-9', { node: 'w2', owner: 'ReplicaSet' }),
  ];

  test('DaemonSet, static and finished pods and those of other nodes may stay', async () => {
    expect((await look(true, mayStay)).result).toBe('passed');
  });

  test('pods that are left are named', async () => {
    const finding = await look(true, [...mayStay, kubePod('web-1', { owner: 'ReplicaSet' }), kubePod('bare-1')]);
    expect(finding.result).toBe('failed');
    expect(finding.found).toBe('node w1 is cordoned; still on it: shop/web-1 and shop/bare-1');
  });

  test('an empty node without a cordon fails', async () => {
    expect((await look(false, mayStay)).result).toBe('failed');
  });

  test('a deleted node fails', async () => {
    const finding = await nodeDrainedCheck.evaluate(contextOf(new FakeKube({})), { node: 'w1' }, 'assert');
    expect(finding.result).toBe('failed');
  });
});

describe('unit', () => {
  const spec = { node: 'w1', unit: 'kubelet', active: true, enabled: true };
  const look = (machine: FakeMachine) => unitCheck.evaluate(contextOf(new FakeKube({}), machine), spec, 'assert');
  const shown = (active: string, file: string, load = 'loaded') =>
    new FakeMachine('w1', { stdout: `LoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n` });

  test.each([
    ['active', 'enabled', 'passed'],
    ['active', 'disabled', 'failed'],
    ['active', 'enabled-runtime', 'failed'],
    ['inactive', 'enabled', 'failed'],
    ['activating', 'enabled', 'failed'],
    ['inactive', 'masked', 'failed'],
  ])('%s and %s is %s', async (active, file, result) => {
    const finding = await look(shown(active, file));
    expect(finding.result).toBe(result);
    expect(finding.found).toBe(`unit kubelet on w1 is ${active} and ${file}`);
  });

  test('started but not enabled is told as undone by the next reboot', async () => {
    expect((await look(shown('active', 'disabled'))).meaning).toContain('undone by the next reboot');
  });

  test('a unit that systemd does not know fails', async () => {
    expect((await look(shown('inactive', '', 'not-found'))).found).toContain('not installed');
  });

  test('a machine that is switched off is errored', async () => {
    expect((await look(new FakeMachine('w1', { running: false }))).result).toBe('errored');
  });

  test('a machine that does not answer cannot be judged', async () => {
    await expect(look(new FakeMachine('w1', { exitCode: 1 }))).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(look(new FakeMachine('w1', { stdout: '' }))).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('file', () => {
  const look = (text: string | undefined, wanted: { contains?: string; equals?: string }) =>
    fileCheck.evaluate(
      contextOf(new FakeKube({}), new FakeMachine('student', text === undefined ? {} : { files: { '/opt/x': text } })),
      { on: 'student', path: '/opt/x', ...wanted },
      'assert',
    );

  test.each([
    ['settled 42\n', { contains: 'settled 42' }, 'passed'],
    ['settled 41\n', { contains: 'settled 42' }, 'failed'],
    ['', { contains: 'settled 42' }, 'failed'],
    ['settled 42\n', { equals: 'settled 42' }, 'passed'],
    ['settled 42', { equals: 'settled 42\n' }, 'passed'],
    ['settled 42\n\n', { equals: 'settled 42' }, 'failed'],
    ['settled 421', { equals: 'settled 42' }, 'failed'],
    ['anything', {}, 'passed'],
    [undefined, {}, 'failed'],
    [undefined, { contains: 'settled 42' }, 'failed'],
  ])('%j against %j is %s', async (text, wanted, result) => {
    expect((await look(text, wanted)).result).toBe(result);
  });

  test('the text that is looked for is never shown', async () => {
    for (const text of ['', 'other', 'secret-42', undefined]) {
      expect(JSON.stringify(await look(text, { contains: 'secret-42' }))).not.toContain('secret-42');
    }
  });
});

describe('resource', () => {
  const deployment = (replicas: number, status: object, generation = 3) => ({
    metadata: { generation },
    spec: { replicas },
    status: { observedGeneration: 3, ...status },
  });
  const look = (object: unknown, wanted: { ready?: true; minReplicas?: number } = { ready: true, minReplicas: 2 }) =>
    resourceCheck.evaluate(
      contextOf(new FakeKube(object === undefined ? {} : { 'Deployment/shop/api': object })),
      { resource: 'deployment/shop/api', ...wanted },
      'assert',
    );
  const all = (count: number) => ({ replicas: count, readyReplicas: count, updatedReplicas: count });

  test('as many Ready as asked for passes, more than the least too', async () => {
    expect((await look(deployment(2, all(2)))).result).toBe('passed');
    expect((await look(deployment(3, all(3)))).result).toBe('passed');
  });

  test('too few asked for, too few Ready, old ones left, not yet noticed or gone fails', async () => {
    expect((await look(deployment(1, all(1)))).result).toBe('failed');
    expect((await look(deployment(2, { ...all(2), readyReplicas: 1 }))).result).toBe('failed');
    expect((await look(deployment(2, { ...all(2), updatedReplicas: 1 }))).result).toBe('failed');
    expect((await look(deployment(2, { ...all(2), replicas: 3 }))).result).toBe('failed');
    expect((await look(deployment(2, all(2), 4))).result).toBe('failed');
    expect((await look(undefined)).result).toBe('failed');
  });

  test('none asked for and none Ready is no healthy application', async () => {
    expect((await look(deployment(0, {}), { ready: true })).result).toBe('failed');
  });
});

test('a return is judged by the time of the event that the scenario names', async () => {
  const spec = { node: 'w1', phase: 'returned', notBefore: 'done' } as const;
  const context = { ...contextOf(new FakeKube({})), happened: { done: 1 } };
  // An empty record: nothing was seen, so nothing is held against anyone.
  expect((await nodeMaintenanceCheck.evaluate(context, spec, 'assert')).result).toBe('errored');
});

test('the key of a kind is its name', () => {
  expect(Object.entries(checkRegistry).map(([key, definition]) => [key, definition.kind])).toEqual(
    Object.keys(checkRegistry).map((key) => [key, key]),
  );
});
