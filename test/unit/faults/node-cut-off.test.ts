import { expect, test } from 'vitest';
import { nodeCutOffFault } from '../../../engine/faults/node-cut-off.ts';
import { FakeKube, faultContextOf, kubeNode } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const spec = { node: 'w1', port: 6443, unit: 'office' };
const cut =
  '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --sport 6443 -j DROP\n-A OUTPUT -p tcp -m tcp --dport 6443 -j DROP\nCOMMIT\n';

test('a unit puts the rules in, now and at boot, and ssh is left alone', async () => {
  const machine = new WritableMachine('w1', [[/^systemctl /, {}]]);
  await nodeCutOffFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  const unit = machine.files['/etc/systemd/system/office.service'] ?? '';
  expect(unit.match(/^ExecStart=.*$/gm)).toEqual([
    'ExecStart=/usr/sbin/iptables --wait --insert INPUT 1 --protocol tcp --sport 6443 --jump DROP',
    'ExecStart=/usr/sbin/iptables --wait --insert OUTPUT 1 --protocol tcp --dport 6443 --jump DROP',
  ]);
  expect(machine.commands).toEqual(['systemctl daemon-reload', 'systemctl enable --now office']);
});

test.each([
  ['cut off, and the control plane misses it', cut, 'enabled', 'Unknown', true],
  ['not missed yet', cut, 'enabled', 'True', false],
  ['reported by a kubelet that is there', cut, 'enabled', 'False', false],
  ['cut off until the next boot', cut, 'disabled', 'Unknown', false],
  ['not cut off', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n', 'enabled', 'Unknown', false],
])('a node that is %s', async (_, rules, file, ready, holds) => {
  const machine = new WritableMachine('w1', [
    [/^iptables-save/, { stdout: rules }],
    [/^systemctl show/, { stdout: `ActiveState=active\nUnitFileState=${file}\n` }],
  ]);
  const proof = await nodeCutOffFault.prove(
    faultContextOf(new FakeKube({ 'Node/w1': kubeNode(ready) }), machine),
    spec,
  );
  expect(proof.holds).toBe(holds);
});
