import { expect, test } from 'vitest';
import { packageInstalledEarlyFault } from '../../../engine/faults/package-installed-early.ts';
import type { ExecResult } from '../../../engine/system/exec.ts';
import { FakeKube, FakeMachine, faultContextOf, kubeNode } from '../checks/fake-context.ts';

const spec = { node: 'w1', package: 'kubelet', version: '1.35.4' };

/** Answers by the program that is asked. */
class AnsweringMachine extends FakeMachine {
  readonly #answers: Readonly<Record<string, { exitCode?: number; stdout?: string }>>;

  constructor(answers: Readonly<Record<string, { exitCode?: number; stdout?: string }>>) {
    super('w1');
    this.#answers = answers;
  }

  override async exec(argv: readonly string[]): Promise<ExecResult> {
    return { ...(await super.exec(argv)), ...this.#answers[argv[0] ?? ''] };
  }
}

const crashing = 'ActiveState=activating\nNRestarts=5\n';
const prove = (situation: { version?: string; shown?: string; ready?: string }) =>
  packageInstalledEarlyFault.prove(
    faultContextOf(
      new FakeKube({ 'Node/w1': kubeNode(situation.ready ?? 'Unknown') }),
      new AnsweringMachine({
        'dpkg-query': { stdout: situation.version ?? '1.35.4-1.1' },
        systemctl: { stdout: situation.shown ?? crashing },
      }),
    ),
    spec,
  );

test('the package is installed as a colleague would, and its service started anew', async () => {
  const machine = new AnsweringMachine({});
  await packageInstalledEarlyFault.apply(faultContextOf(new FakeKube({}), machine), spec);
  const [bash, , script = '', ...rest] = machine.asked[0]?.argv ?? [];
  expect([bash, ...rest]).toEqual(['bash', 'install', 'kubelet', '1.35.4-1.1']);
  expect(script).toMatch(/unhold[^]*apt-get install[^]*systemctl restart/);
});

test('an installation that failed is an error; one whose service does not come up is not', async () => {
  const apply = (version: string) =>
    packageInstalledEarlyFault.apply(
      faultContextOf(
        new FakeKube({}),
        new AnsweringMachine({ bash: { exitCode: 1 }, 'dpkg-query': { stdout: version } }),
      ),
      spec,
    );
  await expect(apply('1.34.4-1.1')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  await expect(apply('1.35.4-1.1')).resolves.toBeUndefined();
});

test('it is proven by the package, the restarts and the node', async () => {
  expect(await prove({})).toEqual({
    holds: true,
    seen: 'kubelet 1.35.4 on w1 is activating after 5 restarts; node w1 has Ready=Unknown',
  });
});

test.each([
  ['the package is another one', { version: '1.34.4-1.1' }],
  ['the service stays up', { shown: 'ActiveState=active\nNRestarts=5\n' }],
  ['the service failed only once', { shown: 'ActiveState=activating\nNRestarts=1\n' }],
  ['the control plane has not noticed', { ready: 'True' }],
])('it does not hold when %s', async (_, situation) => {
  expect((await prove(situation)).holds).toBe(false);
});
