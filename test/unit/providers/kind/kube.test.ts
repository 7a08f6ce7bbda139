import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKubeApi } from '../../../../engine/providers/kind/kube.ts';
import { type Clock, systemClock } from '../../../../engine/system/clock.ts';

/** A fake API server: what it says for the kubelet of each node. */
const answers: Readonly<Record<string, { code: number; type: string; text: string }>> = {
  w1: { code: 200, type: 'text/plain; charset=utf-8', text: 'ok' },
  w2: { code: 200, type: 'application/json', text: '{"kubeletconfig":{"maxPods":110}}' },
  w3: { code: 401, type: 'application/json', text: '' },
  w4: { code: 503, type: 'application/json', text: '{"kind":"Status","message":"error trying to reach service"}' },
  w5: { code: 418, type: 'text/plain', text: 'x'.repeat(900) },
};

const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace: 'shop' } };
let server: Server;
/** How many more times it hangs up on whoever writes, and how many times it then says nothing at all. */
let hangsUp = 0;
let saysNothing = 0;
/** Lets the time for the request that gets no answer run out. */
let runOut = () => {};
let applied: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/api/v1') {
      const resources = [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ resources }));
      return;
    }
    if (request.method === 'PATCH') {
      applied.push(`${request.headers['content-type']} ${request.url?.split('?')[0]}`);
      hangsUp -= 1;
      if (hangsUp >= 0) return void request.socket.destroy();
      saysNothing -= 1;
      if (saysNothing >= 0) return runOut();
      const code = request.url?.includes('/refused') ? 403 : 200;
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(note));
      return;
    }
    const node = /^\/api\/v1\/nodes\/(\w+)\/proxy\/healthz/.exec(request.url ?? '')?.[1] ?? '';
    const answer = answers[node];
    response.writeHead(answer?.code ?? 500, { 'content-type': answer?.type ?? 'text/plain' }).end(answer?.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function apiAt(port: number, clock: Clock = systemClock) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'it', user: {} }],
  };
  return createKubeApi(JSON.stringify(config), clock);
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

/** Time passes only for whoever waits half a second, so nothing is ever late. */
const patient: Clock = {
  ...systemClock,
  sleep: async (ms, signal) => (ms === 500 ? undefined : systemClock.sleep(ms, signal)),
};
const where = 'application/apply-patch+yaml /api/v1/namespaces/shop/configmaps/note';

test('what is applied while the API server goes away for a moment is there afterwards', async () => {
  const { port } = server.address() as AddressInfo;
  [hangsUp, applied] = [2, []];
  await apiAt(port, patient).apply(JSON.stringify(note));
  expect(applied).toEqual([where, where, where]);
});

test('what the API server refuses is applied once', async () => {
  const { port } = server.address() as AddressInfo;
  [hangsUp, applied] = [0, []];
  const refused = { ...note, metadata: { ...note.metadata, name: 'refused' } };
  await expect(apiAt(port, patient).apply(JSON.stringify(refused))).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringMatching(/^the API server refused to apply ConfigMap refused: 403/) as string,
  });
  expect(applied).toHaveLength(1);
});

/** Time passes only where a request gets no answer: all that it is given. */
function silenceOnly(): Clock {
  let passedMs = 0;
  return {
    ...systemClock,
    monotonic: () => passedMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        if (ms === 500) return resolve();
        runOut = () => {
          passedMs += ms;
          resolve();
        };
      }),
  };
}

test('what is applied is applied again when a request got no answer', async () => {
  const { port } = server.address() as AddressInfo;
  [saysNothing, applied] = [1, []];
  await apiAt(port, silenceOnly()).apply(JSON.stringify(note));
  expect(applied).toEqual([where, where]);
});

test('an API server that never answers is given up after a minute', async () => {
  const { port } = server.address() as AddressInfo;
  [saysNothing, applied] = [Number.POSITIVE_INFINITY, []];
  await expect(apiAt(port, silenceOnly()).apply(JSON.stringify(note))).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: 'the API server did not answer within 10 s: apply ConfigMap note',
  });
  expect(applied).toEqual(Array.from({ length: 6 }, () => where));
});

test('an API server that stays away is given up after a minute', async () => {
  const { port } = server.address() as AddressInfo;
  [hangsUp, applied] = [Number.POSITIVE_INFINITY, []];
  let passedMs = 0;
  const fast: Clock = {
    ...systemClock,
    monotonic: () => passedMs,
    sleep: async (ms, signal) => {
      if (ms !== 500) return systemClock.sleep(ms, signal);
      passedMs += ms;
    },
  };
  await expect(apiAt(port, fast).apply(JSON.stringify(note))).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: 'the API server does not answer: apply ConfigMap note',
  });
  expect(passedMs).toBe(60_000);
  expect(applied.slice(0, 3)).toEqual([where, where, where]);
});
