import { expect, test } from 'vitest';
import { imageMissingFault } from '../../../engine/faults/image-missing.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube, faultContextOf } from '../checks/fake-context.ts';

const image = 'registry.k8s.io/kube-scheduler:v1.35.4';
const spec = { node: 'cp1', image, archive: '/opt/images/scheduler.tar' };
const images = (...repoTags: string[]) => JSON.stringify({ images: [{ repoTags }, { repoTags: null }] });

const machineWith = (more: { images?: string; archive?: Answer; pull?: Answer; script?: Answer }) =>
  new AnsweringMachine('cp1', [
    [/^sh /, more.script ?? {}],
    [/^crictl images/, { stdout: more.images ?? images('registry.k8s.io/kube-scheduler:v1.34.4') }],
    [/^test /, more.archive ?? {}],
    [/^crictl pull/, more.pull ?? { exitCode: 1, stderr: 'connection refused' }],
  ]);
const context = (machine: AnsweringMachine) => faultContextOf(new FakeKube({}), machine);

test('the image is saved before it is removed, and its registry leads nowhere', async () => {
  const machine = machineWith({});
  await imageMissingFault.apply(context(machine), spec);
  const [, , script = '', , ...rest] = machine.asked[0]?.argv ?? [];
  expect(rest).toEqual([image, '/opt/images/scheduler.tar', 'registry.k8s.io']);
  expect(script).toMatch(/images export[^]*\/etc\/hosts[^]*crictl rmi/);
});

test('a removal that failed is an error', async () => {
  const applied = imageMissingFault.apply(context(machineWith({ script: { exitCode: 1 } })), spec);
  await expect(applied).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});

test('it is proven by the store and by an attempt to pull', async () => {
  expect(await imageMissingFault.prove(context(machineWith({})), spec)).toEqual({
    holds: true,
    seen: `cp1 has no ${image}, and pulling it fails`,
  });
});

test.each([
  ['the image is there', { images: images('registry.k8s.io/kube-scheduler:v1.34.4', image) }],
  ['the archive is empty or missing', { archive: { exitCode: 1 } }],
  ['it can be pulled', { pull: {} }],
])('it does not hold when %s', async (_, situation) => {
  expect((await imageMissingFault.prove(context(machineWith(situation)), spec)).holds).toBe(false);
});

test('an image without its registry is refused: nobody would know what to cut off', () => {
  expect(imageMissingFault.schema.safeParse({ node: 'cp1', image: 'scheduler' }).success).toBe(false);
});
