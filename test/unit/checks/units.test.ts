import { describe, expect, test } from 'vitest';
import { unitAtBootCheck } from '../../../engine/checks/unit-at-boot.ts';
import { unitProgramCheck } from '../../../engine/checks/unit-program.ts';
import { unitSettledCheck } from '../../../engine/checks/unit-settled.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube, FakeMachine } from './fake-context.ts';

const shown = (values: Readonly<Record<string, string>>) =>
  Object.entries({ now: '@1764000100', ...values })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

describe('unit-settled', () => {
  const look = (values: Readonly<Record<string, string>>) =>
    unitSettledCheck.evaluate(
      contextOf(new FakeKube({}), new FakeMachine('w1', { stdout: shown(values) })),
      { node: 'w1', unit: 'kubelet', forSeconds: 20 },
      'assert',
    );
  const well = {
    ActiveState: 'active',
    SubState: 'running',
    ActiveEnterTimestamp: '@1764000080',
    NRestarts: '7',
    NeedDaemonReload: 'no',
  };

  test.each([
    ['passed', 'has been active for 20 s', {}],
    ['failed', 'has been active for 2.0 s', { ActiveEnterTimestamp: '@1764000098' }],
    [
      'failed',
      'is activating (auto-restart), started anew by systemd 7 times',
      { ActiveState: 'activating', SubState: 'auto-restart' },
    ],
    ['failed', 'is inactive (dead)', { ActiveState: 'inactive', SubState: 'dead', NRestarts: '0' }],
    ['failed', 'files on disk have changed', { NeedDaemonReload: 'yes' }],
  ])('%s: %s', async (result, words, changed) => {
    const finding = await look({ ...well, ...changed });
    expect(finding).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });

  test('a machine that is off cannot be asked', async () => {
    const finding = await unitSettledCheck.evaluate(
      contextOf(new FakeKube({}), new FakeMachine('w1', { running: false })),
      { node: 'w1', unit: 'kubelet', forSeconds: 20 },
      'assert',
    );
    expect(finding.result).toBe('errored');
  });

  test('systemd that does not answer is an error, not a finding', async () => {
    await expect(look({})).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('unit-program', () => {
  test.each([
    ['passed', '{ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet --x ; ignore_errors=no }'],
    ['failed', '{ path=/usr/local/bin/kubelet ; argv[]=/usr/bin/kubelet ; ignore_errors=no }'],
    ['failed', ''],
  ])('%s: ExecStart=%s', async (result, ExecStart) => {
    const machine = new FakeMachine('w1', { stdout: shown({ ActiveState: 'active', ExecStart }) });
    const spec = { node: 'w1', unit: 'kubelet', program: '/usr/bin/kubelet' };
    const finding = await unitProgramCheck.evaluate(contextOf(new FakeKube({}), machine), spec, 'assert');
    expect(finding.result).toBe(result);
    expect(JSON.stringify(finding)).not.toContain('/usr/local');
  });
});

describe('unit-at-boot', () => {
  test.each([
    ['passed', 'disabled', 'ExecStart=iptables --dport 6443'],
    ['passed', '', 'ExecStart=iptables --dport 6443'],
    ['passed', 'enabled', '# ExecStart=iptables --dport 6443\nExecStart=/bin/true'],
    ['failed', 'enabled', 'ExecStart=iptables --dport 6443'],
    ['failed', 'static', 'ExecStart=iptables --dport 6443'],
  ])('%s: a unit that is "%s" with %j', async (result, file, text) => {
    const machine = new AnsweringMachine('w1', [
      [/^systemctl show/, { stdout: `LoadState=not-found\nActiveState=active\nUnitFileState=${file}\n` }],
      [/^systemctl cat/, { stdout: text }],
    ]);
    const spec = { node: 'w1', unit: 'office', without: 'port 6443' };
    const finding = await unitAtBootCheck.evaluate(contextOf(new FakeKube({}), machine), spec, 'assert');
    expect(finding.result).toBe(result);
    expect(JSON.stringify(finding)).not.toContain('6443');
  });
});
