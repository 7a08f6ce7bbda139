import { expect, test } from 'vitest';
import { osPatchReadyFault } from '../../../engine/faults/os-patch-ready.ts';
import { FakeKube, faultContextOf } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const spec = { node: ['w1'] };
const level = '/etc/os-patch-level';

test('a program and a unit lie ready, and nothing is installed yet', async () => {
  const machine = new WritableMachine('w1', [[/^systemctl daemon-reload$/, {}]]);
  await osPatchReadyFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  expect(Object.keys(machine.files)).toEqual([
    '/usr/local/sbin/os-patch',
    '/etc/systemd/system/os-patch-commit.service',
    level,
  ]);
  expect(machine.files['/usr/local/sbin/os-patch']).toContain('echo 2 > /var/lib/os-patch/pending\n');
  expect(machine.files['/etc/systemd/system/os-patch-commit.service']).toContain(
    'ExecStart=/bin/mv /var/lib/os-patch/pending /etc/os-patch-level\n',
  );
  expect(machine.files[level]).toBe('1\n');
});

test('a systemd that refuses is an error', async () => {
  const machine = new WritableMachine('w1', [[/^systemctl daemon-reload$/, { exitCode: 1 }]]);
  const context = faultContextOf(new FakeKube({}), machine);
  await expect(osPatchReadyFault.apply(context, spec)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});

test.each([
  ['ready', { exitCode: 1, stdout: 'disabled\n' }, '1\n', true],
  ['installed already', { exitCode: 0, stdout: 'enabled\n' }, '1\n', false],
  ['at work already', { exitCode: 1, stdout: 'disabled\n' }, '2\n', false],
  ['not there', { exitCode: 1, stdout: '' }, '1\n', false],
])('a patch that is %s', async (_, answer, at, holds) => {
  const machine = new WritableMachine('w1', [[/^sh -c test -x/, answer]], { [level]: at });
  expect((await osPatchReadyFault.prove(faultContextOf(new FakeKube({}), machine), spec)).holds).toBe(holds);
});
