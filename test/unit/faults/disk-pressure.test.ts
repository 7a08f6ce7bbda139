import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { diskPressureFault } from '../../../engine/faults/disk-pressure.ts';
import { FakeKube, faultContextOf } from '../checks/fake-context.ts';
import { WritableMachine } from './writable-machine.ts';

const spec = { node: 'w1', file: '/var/lib/kubelet/.crash/core' };
const config = '/var/lib/kubelet/config.yaml';

test('a small disk in memory takes the place of the folder, and a file of it the most', async () => {
  const machine = new WritableMachine('w1', [[/^sh -c /, {}]], {
    [config]: 'kind: KubeletConfiguration\nevictionHard:\n  imagefs.available: 0%\n  nodefs.available: 0%\n',
  });
  await diskPressureFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  const [prepare = '', fill = ''] = machine.commands;
  expect(prepare).toContain('mount -t tmpfs -o size=96m,mode=0700 kubelet-disk /var/lib/kubelet\n');
  expect(fill).toContain('bs=1M count=64');
  expect(fill).toMatch(/ sh \/var\/lib\/kubelet\/\.crash\/core$/);
  expect(parse(machine.files[config] ?? '')).toEqual({
    kind: 'KubeletConfiguration',
    evictionHard: { 'imagefs.available': '0%', 'nodefs.available': '48Mi' },
    evictionPressureTransitionPeriod: '30s',
  });
});

test('a node without a configuration is refused, and so is a file anywhere else', async () => {
  const machine = new WritableMachine('w1', [[/^sh -c /, {}]]);
  const context = faultContextOf(new FakeKube({}), machine);
  await expect(diskPressureFault.apply(context, spec)).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
  expect(diskPressureFault.schema.safeParse({ node: 'w1', file: '/var/log/big' }).success).toBe(false);
});

test.each([
  ['short of disk', 'tmpfs 7680 4096', 'True', true],
  ['short of disk and does not know it yet', 'tmpfs 7680 4096', 'False', false],
  ['not short of disk', 'tmpfs 23040 4096', 'True', false],
  ['on the disk of the host', 'ext2/ext3 7680 4096', 'True', false],
])('a kubelet that is %s', async (_, stdout, status, holds) => {
  const machine = new WritableMachine('w1', [[/^stat --file-system/, { stdout: `${stdout}\n` }]]);
  const node = { metadata: { name: 'w1' }, status: { conditions: [{ type: 'DiskPressure', status }] } };
  const proof = await diskPressureFault.prove(faultContextOf(new FakeKube({ 'Node/w1': node }), machine), spec);
  expect(proof.holds).toBe(holds);
});
