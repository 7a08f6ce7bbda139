import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKubeApi } from '../../../../engine/providers/kind/kube.ts';
import { systemClock } from '../../../../engine/system/clock.ts';

/** A fake API server: what it says for the kubelet of each node. */
const answers: Readonly<Record<string, { code: number; type: string; text: string }>> = {
  w1: { code: 200, type: 'text/plain; charset=utf-8', text: 'ok' },
  w2: { code: 200, type: 'application/json', text: '{"kubeletconfig":{"maxPods":110}}' },
  w3: { code: 401, type: 'application/json', text: '' },
  w4: { code: 503, type: 'application/json', text: '{"kind":"Status","message":"error trying to reach service"}' },
  w5: { code: 418, type: 'text/plain', text: 'x'.repeat(900) },
};

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const node = /^\/api\/v1\/nodes\/(\w+)\/proxy\/healthz/.exec(request.url ?? '')?.[1] ?? '';
    const answer = answers[node];
    response.writeHead(answer?.code ?? 500, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

function apiAt(port: number) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'it', user: {} }],
  };
  return createKubeApi(JSON.stringify(config), systemClock);
}

test.each([
  ['w1', 200, 'ok'],
  ['w2', 200, '{"kubeletconfig":{"maxPods":110}}'],
  ['w3', 401, ''],
  ['w4', 503, 'error trying to reach service'],
  ['w5', 418, 'x'.repeat(500)],
])('whatever the kubelet of %s says is an answer', async (node, code, said) => {
  const { port } = server.address() as AddressInfo;
  expect(await apiAt(port).askKubelet(node, 'healthz')).toEqual({ code, said });
});

test('an API server that is not there gives none', async () => {
  await expect(apiAt(1).askKubelet('w1', 'healthz')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});
