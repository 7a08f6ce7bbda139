import { describe, expect, test } from 'vitest';
import { staticPodBrokenFault } from '../../../engine/faults/static-pod-broken.ts';
import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';
import { FakeKube, faultContextOf } from '../checks/fake-context.ts';

const path = '/etc/kubernetes/manifests/kube-scheduler.yaml';
const base = { node: 'cp1', component: 'kube-scheduler' as const };
const change = { ...base, change: [{ find: '--port=1', put: '--prot=1' }] };
const text = 'command:\n- kube-scheduler\n- --port=1\n- --v=2\n';
const now = Date.now();

describe('what is done to the manifest', () => {
  const apply = async (spec: Parameters<typeof staticPodBrokenFault.apply>[1]) => {
    const machine = new AnsweringMachine('cp1', [[/./, {}]], { [path]: text });
    await staticPodBrokenFault.apply(faultContextOf(new FakeKube({}), machine), spec);
    return machine;
  };

  test('a text of it becomes another, and all else stays', async () => {
    expect([...(await apply(change)).given.values()]).toEqual([text.replace('--port', '--prot')]);
  });

  test('it is moved away', async () => {
    const machine = await apply({ ...base, moveTo: '/root/x.yaml' });
    expect(machine.asked.map(({ argv }) => argv.join(' '))).toEqual([`mv --no-clobber ${path} /root/x.yaml`]);
  });

  test.each([
    '--gone',
    '--',
  ])('a text that is not there exactly once (%s) is refused, and nothing is written', async (find) => {
    await expect(apply({ ...base, change: [{ find, put: 'x' }] })).rejects.toMatchObject({ code: 'FAULT_NOT_PROVEN' });
  });

  test('both at once, or neither, is no fault', () => {
    expect(staticPodBrokenFault.schema.safeParse(base).success).toBe(false);
    expect(staticPodBrokenFault.schema.safeParse({ ...change, moveTo: '/x' }).success).toBe(false);
  });
});

describe('the proof', () => {
  const container = (running: boolean, secondsAgo: number) => ({
    id: 'abc',
    state: running ? 'CONTAINER_RUNNING' : 'CONTAINER_EXITED',
    createdAt: `${now - secondsAgo * 1000}000000`,
  });
  const prove = (options: {
    containers: readonly unknown[];
    exitCode?: number;
    changed?: number;
    renewed?: number;
    moveTo?: string;
  }) => {
    const answers: [RegExp, Answer][] = [
      [/^stat /, { stdout: `${Math.floor(now / 1000) - (options.changed ?? 40)}\n` }],
      [/^crictl ps/, { stdout: JSON.stringify({ containers: options.containers }) }],
      [
        /^crictl inspect/,
        { stdout: JSON.stringify({ status: { state: 'CONTAINER_EXITED', exitCode: options.exitCode ?? 0 } }) },
      ],
    ];
    const renewTime = new Date(now - (options.renewed ?? 60) * 1000).toISOString();
    const kube = new FakeKube({ 'Lease/kube-system/kube-scheduler': { spec: { renewTime } } });
    const spec = options.moveTo === undefined ? change : { ...base, moveTo: options.moveTo };
    return staticPodBrokenFault.prove(faultContextOf(kube, new AnsweringMachine('cp1', answers)), spec);
  };

  test.each([
    ['its new container ends with an error', { containers: [container(false, 5)], exitCode: 1 }, true],
    ['its container runs', { containers: [container(true, 5)] }, false],
    ['its new container ended well', { containers: [container(false, 5)] }, false],
    ['the old container ended and nothing came for long', { containers: [container(false, 300)], exitCode: 1 }, true],
    ['the old container ended just now', { containers: [container(false, 300)], changed: 3 }, false],
    ['nothing came for long', { containers: [] }, true],
    ['the manifest is gone and so is the container', { containers: [], changed: 1, moveTo: '/x' }, true],
    ['the lease is still being renewed', { containers: [container(false, 5)], exitCode: 1, renewed: 2 }, false],
  ])('%s', async (_, options, holds) => {
    expect((await prove(options)).holds).toBe(holds);
  });

  test('the API server is asked on the node', async () => {
    const machine = (readyz: Answer) =>
      new AnsweringMachine('cp1', [
        [/^stat /, { stdout: '1\n' }],
        [/^crictl ps/, { stdout: '{"containers":[]}' }],
        [/^curl /, readyz],
      ]);
    const ask = (readyz: Answer) =>
      staticPodBrokenFault.prove(faultContextOf(new FakeKube({}), machine(readyz)), {
        ...change,
        component: 'kube-apiserver',
      });
    expect(await ask({ exitCode: 7 })).toEqual({
      holds: true,
      seen: 'the container of kube-apiserver on cp1 is gone and none has taken its place; the API server on cp1 does not answer: the connection is refused',
    });
    expect((await ask({ stdout: 'ok\n200' })).holds).toBe(false);
  });
});
