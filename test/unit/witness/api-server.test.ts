import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { apiServer } from '../../../engine/witness/api-server.ts';
import { makeTestCertificates } from './test-certificates.ts';

const certificates = makeTestCertificates('kubewright-witness');
let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function answering(status: number, text: string) {
  const asked: string[] = [];
  server = createServer(
    { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['user-agent'] ?? ''}`);
      response.writeHead(status).end(text);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const node = { name: 'cp1', address: '127.0.0.1', role: 'control-plane' } as const;
  const sampled = apiServer(node, { ca: certificates.ca, ...certificates.client }, port);
  return { asked, ask: () => sampled.ask(new AbortController().signal) };
}

test('the version is asked for at the path that is not audited, without a number that would look like a beat', async () => {
  const { asked, ask } = await answering(200, '{"major":"1","gitVersion":"v1.35.4"}');
  expect(await ask()).toBe('v1.35.4');
  expect(asked).toEqual(['GET /version/ kubewright-witness']);
});

test.each([
  [503, '{"gitVersion":"v1.35.4"}', 'it answered 503 without a version'],
  [200, '{}', 'it answered 200 without a version'],
  [200, 'ok', 'JSON'],
])('an answer %i %s is none', async (status, text, reason) => {
  const { ask } = await answering(status, text);
  await expect(ask()).rejects.toThrow(reason);
});
