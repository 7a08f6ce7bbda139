import { describe, expect, test } from 'vitest';
import { kubeletConfigCheck } from '../../../engine/checks/kubelet-config.ts';
import { kubeletReachableCheck } from '../../../engine/checks/kubelet-reachable.ts';
import { mirrorPodCheck } from '../../../engine/checks/mirror-pod.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube, FakeMachine, kubePod } from './fake-context.ts';

describe('kubelet-config', () => {
  const fields = { 'authentication.x509.clientCAFile': '/ca.crt', 'authorization.mode': 'Webhook' };
  const whole = 'authentication: { x509: { clientCAFile: /ca.crt } }\nauthorization: { mode: Webhook }\n';
  const config = (ca: string, mode = 'Webhook') => ({
    code: 200,
    said: JSON.stringify({
      kubeletconfig: { authentication: { x509: { clientCAFile: ca } }, authorization: { mode } },
    }),
  });
  const look = (file: string | undefined, running?: { code: number; said: string }) =>
    kubeletConfigCheck.evaluate(
      contextOf(
        new FakeKube(running === undefined ? {} : { 'Kubelet/w1': running }),
        new FakeMachine('w1', { files: file === undefined ? {} : { '/var/lib/kubelet/config.yaml': file } }),
      ),
      { node: 'w1', fields },
      'assert',
    );

  test.each([
    ['passed', 'in the file and in the kubelet that runs', whole, config('/ca.crt')],
    ['passed', 'in the file', whole, { code: 401, said: 'Unauthorized' }],
    ['passed', 'in the file', whole, undefined],
    // What the file leaves out has its default, which only the kubelet knows.
    ['passed', 'kubelet that runs', 'authentication: { x509: { clientCAFile: /ca.crt } }', config('/ca.crt')],
    ['failed', 'authentication is another one in the file', whole.replace('/ca.crt', '/x'), config('/ca.crt')],
    ['failed', 'authentication is another one in the kubelet that runs', whole, config('/flag.crt')],
    ['failed', 'authorization is another one in the kubelet', whole, config('/ca.crt', 'AlwaysAllow')],
    ['failed', 'authorization is not whole', 'authentication: { x509: { clientCAFile: /ca.crt } }', undefined],
    ['failed', 'is not valid YAML', 'a: [', config('/ca.crt')],
    ['failed', 'there is no /var/lib/kubelet/config.yaml', undefined, config('/ca.crt')],
  ])('%s: %s', async (result, words, file, running) => {
    const finding = await look(file, running);
    expect(finding).toMatchObject({ result, found: expect.stringContaining(words) as string });
    expect(JSON.stringify(finding)).not.toContain('/ca.crt');
  });
});

describe('kubelet-reachable', () => {
  const look = (code: number, said: string) =>
    kubeletReachableCheck.evaluate(contextOf(new FakeKube({ 'Kubelet/w1': { code, said } })), { node: 'w1' }, 'assert');

  test.each([
    ['passed', 200, 'ok', 'answers'],
    ['failed', 401, '', 'the kubelet of w1 turns the API server away (HTTP 401)'],
    ['failed', 503, 'dial tcp: refused', 'no good answer from the kubelet of w1 (HTTP 503: dial tcp: refused)'],
  ])('%s: HTTP %i %s', async (result, code, said, words) => {
    expect(await look(code, said)).toMatchObject({ result, found: expect.stringContaining(words) as string });
  });
});

describe('mirror-pod', () => {
  const look = (runs: boolean, pod: unknown, state?: string) => {
    const containers = state === undefined ? [] : [{ id: 'a', state, createdAt: '1764000000000000000' }];
    const machine = new AnsweringMachine('w1', [[/^crictl ps/, { stdout: JSON.stringify({ containers }) }]]);
    return mirrorPodCheck.evaluate(
      contextOf(new FakeKube(pod === undefined ? {} : { 'Pod/shop/x-w1': pod }), machine),
      { node: 'w1', namespace: 'shop', name: 'x', container: 'main', runs },
      'assert',
    );
  };
  const pod = (mirror: boolean, ready = 'True') => {
    const plain = kubePod('x-w1', { mirror });
    return { ...plain, status: { ...plain.status, conditions: [{ type: 'Ready', status: ready }] } };
  };
  const [up, down] = ['CONTAINER_RUNNING', 'CONTAINER_EXITED'];

  test.each([
    ['passed', true, pod(true), up],
    ['failed', true, pod(false), up],
    ['failed', true, pod(true, 'False'), up],
    ['failed', true, pod(true), down],
    ['failed', true, undefined, up],
    ['passed', false, undefined, undefined],
    ['passed', false, undefined, down],
    ['failed', false, pod(true), down],
    ['failed', false, undefined, up],
  ])('%s: runs %s with pod %j and container %s', async (result, runs, object, state) => {
    expect((await look(runs, object, state)).result).toBe(result);
  });
});
