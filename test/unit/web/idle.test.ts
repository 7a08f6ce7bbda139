import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { mostSockets } from '../../../web/server/limits.ts';
import { type Harness, startHarness, upgradeOutcome } from './harness.ts';

const [sessions, perSession] = [50, 20];
const watchedMs = 5_000;

let harness: Harness;
const open: WebSocket[] = [];
beforeAll(async () => {
  harness = await startHarness();
  await harness.signIn();
});
afterAll(async () => {
  for (const socket of open) socket.terminate();
  await harness.end();
});

test('a thousand idle sockets of fifty sessions are held, one too many is refused, and the server answers', {
  timeout: 120_000,
}, async () => {
  const ids = await Promise.all(
    Array.from({ length: sessions }, async () => (await harness.engine.start('kubelet-down', {})).id),
  );
  const join = (id: string) =>
    new Promise<void>((resolve, reject) => {
      const socket = harness.openSocket(`/ws/session/${id}`);
      open.push(socket);
      socket.once('message', () => resolve());
      socket.once('error', reject);
    });
  const before = process.memoryUsage().rss;
  for (const id of ids) await Promise.all(Array.from({ length: perSession }, () => join(id)));
  const bytesEach = (process.memoryUsage().rss - before) / open.length;

  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = ((user + system) / 1_000 / (performance.now() - startedAt)) * 100;
  process.stdout.write(
    `  ${open.length} idle sockets, ${sessions} sessions: ${Math.round(bytesEach / 1024)} KiB a socket (both ends), ${cpu.toFixed(1)} % of a core\n`,
  );

  expect(open.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(sessions * perSession);
  expect((await harness.send('GET', '/healthz')).status).toBe(200);
  const [first = ''] = ids;
  for (let count = open.length; count < mostSockets; count += 1) await join(first);
  expect(await upgradeOutcome(harness.openSocket(`/ws/session/${first}`))).toBe(503);
  expect((await harness.send('GET', '/healthz')).status).toBe(200);
});
