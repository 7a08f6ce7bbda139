import { describe, expect, test } from 'vitest';
import { bootstrapTokensCheck } from '../../../engine/checks/bootstrap-tokens.ts';
import { restartedCheck } from '../../../engine/checks/restarted.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at } from './record-builder.ts';

describe('bootstrap-tokens', () => {
  const token = (expiration?: string) => ({
    type: 'bootstrap.kubernetes.io/token',
    data: Object.fromEntries(
      Object.entries({
        'token-id': 'abcdef',
        'token-secret': 'hidden',
        ...(expiration === undefined ? {} : { expiration }),
      }).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
    ),
  });
  const inHours = (hours: number) => new Date(at(60) + hours * 3_600_000).toISOString();
  const look = (...secrets: readonly unknown[]) =>
    bootstrapTokensCheck.evaluate(contextOf(new FakeKube({}, { Secret: secrets })), { expireWithin: 24 }, 'assert');

  test.each([
    ['passed', []],
    ['passed', [{ type: 'Opaque', data: {} }]],
    ['passed', [token(inHours(23))]],
    ['passed', [token(inHours(-1))]],
    ['failed', [token(inHours(25))]],
    ['failed', [token()]],
    ['failed', [token(inHours(1)), token()]],
  ])('%s', async (result, secrets) => {
    expect((await look(...secrets)).result).toBe(result);
  });

  test('the secret half of a token is not shown', async () => {
    const finding = await look(token());
    expect(finding.found).toBe('token abcdef never expires');
    expect(JSON.stringify(finding)).not.toContain('hidden');
  });
});

describe('restarted', () => {
  const container = (second: number, running = true) => ({
    id: 'abc',
    state: running ? 'CONTAINER_RUNNING' : 'CONTAINER_EXITED',
    createdAt: `${at(second)}123456`,
  });
  const look = (containers: readonly unknown[] | null) =>
    restartedCheck.evaluate(
      contextOf(
        new FakeKube({}),
        new AnsweringMachine('cp1', [[/crictl ps --all --name \^etcd\$/, { stdout: JSON.stringify({ containers }) }]]),
      ),
      { node: 'cp1', containers: ['etcd'] },
      'converge',
    );

  test.each([
    ['passed', [container(10)], 'etcd started 14:00:10 UTC (10 s into the drill)'],
    ['passed', [container(10), container(-300, false)], 'etcd started 14:00:10 UTC (10 s into the drill)'],
    ['failed', [container(-300)], 'etcd has run since before the drill'],
    ['failed', [container(10, false)], 'etcd does not run'],
    ['failed', null, 'etcd does not run'],
  ])('%s', async (result, containers, found) => {
    expect(await look(containers)).toMatchObject({ result, found });
  });
});
