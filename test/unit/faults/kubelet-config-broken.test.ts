import { describe, expect, test } from 'vitest';
import { kubeletConfigBrokenFault } from '../../../engine/faults/kubelet-config-broken.ts';
import { FakeKube, faultContextOf, kubeNode } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const config = '/var/lib/kubelet/config.yaml';
const dropInFile = '/etc/systemd/system/kubelet.service.d/20-x.conf';
const text = 'authentication:\n  x509:\n    clientCAFile: /ca.crt\nmaxPods: 110\nlong: a b\n';
const field = { path: 'authentication.x509.clientCAFile', value: '/wrong.crt' };
const dropIn = { name: '20-x.conf', text: '[Service]\nExecStart=\n' };
const spec = { node: 'w1', field, dropIn };

describe('what is done', () => {
  const apply = async (wanted: Parameters<typeof kubeletConfigBrokenFault.apply>[1], before = text) => {
    const machine = new WritableMachine('w1', [[/^systemctl /, {}]], { [config]: before });
    await kubeletConfigBrokenFault.apply(faultContextOf(new FakeKube({}), machine), wanted);
    return machine;
  };

  test('one line of the configuration changes, and the kubelet reads it anew', async () => {
    const machine = await apply({ node: 'w1', field });
    expect(machine.files).toEqual({ [config]: text.replace('/ca.crt', '/wrong.crt') });
    expect(machine.commands).toEqual(['systemctl restart kubelet']);
  });

  test('a drop-in is put beside the others and loaded', async () => {
    const machine = await apply({ node: 'w1', dropIn });
    expect(machine.files).toEqual({ [config]: text, [dropInFile]: dropIn.text });
    expect(machine.commands).toEqual(['systemctl daemon-reload', 'systemctl restart kubelet']);
  });

  test.each([
    ['a field that is not there', { path: 'authentication.x509.nothing', value: 1 }],
    ['a section', { path: 'authentication.x509', value: 'x' }],
    ['a value that is there already', { path: 'maxPods', value: 110 }],
  ])('%s is refused, and nothing is written', async (_, wanted) => {
    await expect(apply({ node: 'w1', field: wanted })).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
  });

  test('nothing broken is no fault', () => {
    expect(kubeletConfigBrokenFault.schema.safeParse({ node: 'w1' }).success).toBe(false);
  });
});

describe('the proof', () => {
  const broken = { [config]: text.replace('/ca.crt', '/wrong.crt'), [dropInFile]: dropIn.text };
  const prove = (
    changed: { files?: Readonly<Record<string, string>>; active?: string; restarts?: number; ready?: string } = {},
  ) => {
    const { files = broken, active = 'activating', restarts = 4, ready = 'Unknown' } = changed;
    const shown = `now=@100\nActiveState=${active}\nSubState=auto-restart\nNRestarts=${restarts}\n`;
    const machine = new WritableMachine('w1', [[/systemctl show/, { stdout: shown }]], files);
    return kubeletConfigBrokenFault.prove(faultContextOf(new FakeKube({ 'Node/w1': kubeNode(ready) }), machine), spec);
  };

  test('the kubelet fails again and again, and its node is not Ready', async () => {
    expect(await prove()).toEqual({
      holds: true,
      seen: 'unit kubelet on w1 is activating (auto-restart) after 4 restarts; node w1 has Ready=Unknown',
    });
  });

  test.each([
    ['the kubelet runs at this moment', { active: 'active' }],
    ['it failed once', { restarts: 1 }],
    ['the control plane has not noticed', { ready: 'True' }],
    ['the configuration is whole', { files: { ...broken, [config]: text } }],
    ['the drop-in is missing', { files: { [config]: broken[config] ?? '' } }],
  ])('%s: it does not hold', async (_, changed) => {
    expect((await prove(changed)).holds).toBe(false);
  });
});
