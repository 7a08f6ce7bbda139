import { expect, test } from 'vitest';
import { faultRegistry } from '../../../engine/faults/registry.ts';
import { serviceStoppedFault } from '../../../engine/faults/service-stopped.ts';
import { FakeKube, FakeMachine, faultContextOf, kubeNode } from '../checks/fake-context.ts';

const spec = { node: 'w1', unit: 'kubelet', disable: true, nodeNotReady: true };
const context = (machine: FakeMachine, ready = 'Unknown') =>
  faultContextOf(new FakeKube({ 'Node/w1': kubeNode(ready) }), machine);
const shown = (active: string, file: string) =>
  new FakeMachine('w1', { stdout: `LoadState=loaded\nActiveState=${active}\nUnitFileState=${file}\n` });

test('the unit is stopped, and disabled where that is wished', async () => {
  const machine = new FakeMachine('w1');
  await serviceStoppedFault.apply(context(machine), spec);
  await serviceStoppedFault.apply(context(machine), { node: 'w1', unit: 'kubelet' });
  expect(machine.asked.map(({ argv }) => argv.join(' '))).toEqual([
    'systemctl disable --now kubelet',
    'systemctl stop kubelet',
  ]);
});

test('a command that fails is an error, not a fault', async () => {
  const machine = new FakeMachine('w1', { exitCode: 5 });
  await expect(serviceStoppedFault.apply(context(machine), spec)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});

test('the proof asks systemd and the control plane', async () => {
  const prove = (active: string, file: string, ready: string) =>
    serviceStoppedFault.prove(context(shown(active, file), ready), spec);
  expect(await prove('inactive', 'disabled', 'Unknown')).toEqual({
    holds: true,
    seen: 'unit kubelet on w1 is inactive and disabled; node w1 has Ready=Unknown',
  });
  expect((await prove('inactive', 'disabled', 'True')).holds).toBe(false);
  expect((await prove('active', 'disabled', 'Unknown')).holds).toBe(false);
  expect((await prove('inactive', 'enabled', 'Unknown')).holds).toBe(false);
});

test('a unit that is only stopped is proven without disabling and without the control plane', async () => {
  const proof = await serviceStoppedFault.prove(context(shown('inactive', 'enabled'), 'True'), {
    node: 'w1',
    unit: 'kubelet',
  });
  expect(proof.holds).toBe(true);
});

test('the key of a kind is its name', () => {
  for (const [key, definition] of Object.entries(faultRegistry)) expect(definition.kind).toBe(key);
});
