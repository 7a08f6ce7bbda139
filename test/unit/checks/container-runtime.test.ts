import { describe, expect, test } from 'vitest';
import { runtimeAnswersCheck } from '../../../engine/checks/runtime-answers.ts';
import { runtimeConfigCheck } from '../../../engine/checks/runtime-config.ts';
import { runtimeSettingsCheck } from '../../../engine/checks/runtime-settings.ts';
import type { Answer } from './answering-machine.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';

const info = (config: unknown, network = true): Answer => ({
  stdout: JSON.stringify({
    status: {
      conditions: [
        { type: 'RuntimeReady', status: true, message: '' },
        { type: 'NetworkReady', status: network, message: 'no network config found' },
      ],
    },
    config,
  }),
});
const unknown: Answer = {
  exitCode: 1,
  stderr:
    'time="x" level=fatal msg="validate service connection: rpc error: code = Unavailable desc = connection error: desc = \\"transport: dial unix /run/containerd.sock: connect: no such file or directory\\""',
};
const machineWith = (name: string, answer: Answer) => new AnsweringMachine(name, [[/^crictl info/, answer]]);

describe('runtime-answers', () => {
  const look = (answer: Answer) =>
    runtimeAnswersCheck.evaluate(contextOf(new FakeKube({}), machineWith('w1', answer)), { node: 'w1' }, 'assert');

  test.each([
    ['passed', info({}), 'it does'],
    ['failed', info({}, false), 'NetworkReady is false (no network config found)'],
    ['failed', unknown, 'connect: no such file or directory'],
    ['failed', { stdout: '{}' }, 'tells no conditions'],
  ])('%s: %j', async (result, answer, words) => {
    expect(await look(answer)).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });

  test('a machine without crictl is an error, not a finding', async () => {
    await expect(look({ exitCode: 127 })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});

describe('runtime-config', () => {
  const config = { sandboxImage: 'pause:3.10', runtimes: { runc: { SystemdCgroup: true, paths: ['a'] } } };
  const look = (own: Answer, other: Answer, except?: string[]) => {
    const machines = { w1: machineWith('w1', own), w2: machineWith('w2', other) };
    return runtimeConfigCheck.evaluate(
      { ...contextOf(new FakeKube({})), machine: (name) => machines[name as keyof typeof machines] },
      { node: 'w1', sameAs: 'w2', ...(except === undefined ? {} : { except }) },
      'assert',
    );
  };
  const changed = { sandboxImage: 'pause:3.6', runtimes: { runc: { SystemdCgroup: false, paths: ['a'] } } };

  test.each([
    ['passed', info(config), info(config), 'the same'],
    [
      'failed',
      info(changed),
      info(config),
      '2 settings are other ones, among them sandboxImage and runtimes.runc.SystemdCgroup',
    ],
    ['failed', info({ ...config, more: 1 }), info(config), '1 settings are other ones, among them more'],
    ['failed', unknown, info(config), 'no such file'],
    ['errored', info(config), unknown, 'cannot be compared'],
    ['errored', info(undefined), info(undefined), 'cannot be compared'],
  ])('%s', async (result, own, other, words) => {
    expect(await look(own, other)).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });

  test.each([
    ['passed', ['sandboxImage', 'runtimes.runc']],
    ['passed', ['sandboxImage', 'runtimes.runc.SystemdCgroup']],
    ['failed', ['sandboxImage', 'runtimes.run']],
  ])('%s, but for %j', async (result, except) => {
    expect((await look(info(changed), info(config), except)).result).toBe(result);
  });
});

describe('runtime-settings', () => {
  const look = (answer: Answer) =>
    runtimeSettingsCheck.evaluate(
      contextOf(new FakeKube({}), machineWith('w1', answer)),
      { node: 'w1', settings: { maxLine: 65536, 'runc.SystemdCgroup': true } },
      'assert',
    );

  test.each([
    ['passed', info({ maxLine: 65536, runc: { SystemdCgroup: true } }), 'so it does'],
    ['failed', info({ maxLine: 16384, runc: { SystemdCgroup: true } }), 'maxLine is 16384'],
    ['failed', info({ maxLine: '65536', runc: [] }), 'maxLine is "65536" and runc.SystemdCgroup is not set'],
    ['failed', unknown, 'no such file'],
    ['errored', info(undefined), 'does not tell its configuration'],
  ])('%s', async (result, answer, words) => {
    expect(await look(answer)).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });
});
