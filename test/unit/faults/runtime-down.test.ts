import { expect, test } from 'vitest';
import { runtimeDownFault } from '../../../engine/faults/runtime-down.ts';
import { FakeKube, faultContextOf, kubeNode } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const config = '/etc/containerd/config.toml';
const gone = {
  exitCode: 1,
  stderr:
    'level=fatal msg="validate: rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"',
};

test('the plug-in is switched off above every table, and containerd reads it', async () => {
  const machine = new WritableMachine('w1', [[/^systemctl /, {}]], { [config]: 'version = 2\n[plugins]\n' });
  await runtimeDownFault.apply(faultContextOf(new FakeKube({}), machine), { node: 'w1' });
  expect(machine.files[config]).toBe('disabled_plugins = ["io.containerd.grpc.v1.cri"]\nversion = 2\n[plugins]\n');
  expect(machine.commands).toEqual(['systemctl restart containerd']);
});

test.each([{ [config]: 'disabled_plugins = []\n' }, {}])('a node image with %j is refused', async (files) => {
  const machine = new WritableMachine('w1', [], files);
  await expect(runtimeDownFault.apply(faultContextOf(new FakeKube({}), machine), { node: 'w1' })).rejects.toMatchObject(
    { code: 'FAULT_NOT_PROVEN' },
  );
});

test.each([
  ['active', gone, 'False', true],
  ['failed', gone, 'False', false],
  ['active', { stdout: '{"status":{"conditions":[]}}' }, 'False', false],
  ['active', gone, 'True', false],
  ['active', gone, 'Unknown', false],
])('unit %s, crictl %j, Ready=%s: %s', async (active, answer, ready, holds) => {
  const machine = new WritableMachine('w1', [
    [/^crictl info/, answer],
    [/^systemctl show/, { stdout: `ActiveState=${active}\nUnitFileState=enabled\n` }],
  ]);
  const context = faultContextOf(new FakeKube({ 'Node/w1': kubeNode(ready) }), machine);
  const proof = await runtimeDownFault.prove(context, { node: 'w1' });
  expect(proof).toMatchObject({
    holds,
    seen: expect.stringMatching(/over CRI there is (an answer|unknown service runtime\.v1\.RuntimeService)/) as string,
  });
});
