import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { createWitnessRecord } from '../../../engine/providers/kind/witness-record.ts';
import { systemExec } from '../../../engine/system/exec.ts';
import { parseJournal } from '../../../engine/witness/read-journal.ts';
import { auditEvent, eventList } from './audit-events.ts';
import { type FakeApiServer, startFakeApiServer } from './fake-api-server.ts';

const engine = fileURLToPath(new URL('../../../engine/', import.meta.url));
const patience = { timeout: 20_000, interval: 50 };

let folder: string;
let api: FakeApiServer;
let service: Server;
let auditPort: number;
let running: AbortController | undefined;
let exited: Promise<unknown> = Promise.resolve();

beforeEach(async () => {
  // As in the container: the two folders and Node, no node_modules and no package.json anywhere above.
  folder = mkdtempSync(join(tmpdir(), 'witness-main-'));
  for (const part of ['witness', 'domain'])
    cpSync(join(engine, part), join(folder, 'engine', part), { recursive: true });
  api = await startFakeApiServer();
  for (const path of ['/api/v1/nodes', '/api/v1/pods', '/apis/policy/v1/poddisruptionbudgets'])
    api.setList(path, '10', []);
  service = await listen(createServer((_request, response) => response.end('ok')));
  const free = await listen(createServer());
  auditPort = portOf(free);
  await new Promise((resolve) => free.close(resolve));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auditPort }));
});
afterEach(async () => {
  await stop();
  service.close();
  await api.stop();
  rmSync(folder, { recursive: true });
});

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function start() {
  const ending = new AbortController();
  running = ending;
  exited = systemExec
    .run(['sh', '-c', 'echo $$ > pid; exec "$0" "$1"', process.execPath, join(folder, 'engine/witness/main.ts')], {
      ...{ cwd: folder, signal: ending.signal },
    })
    .catch((error: unknown) => error);
}

/** SIGTERM, and SIGKILL only if that does not help. */
async function stop() {
  running?.abort();
  await exited;
}

function journal(): TimelineEvent[] {
  const path = join(folder, 'journal.jsonl');
  return existsSync(path) ? parseJournal(readFileSync(path, 'utf8')) : [];
}

const kinds = () => new Set(journal().map(({ kind }) => kind));
const recorded = (...wanted: TimelineEvent['kind'][]) =>
  vi.waitFor(() => expect([...kinds()]).toEqual(expect.arrayContaining(wanted)), patience);
const writeCluster = (probes: readonly object[]) => {
  const nodes = [{ name: 'cp1', address: '127.0.0.1', role: 'control-plane' }];
  writeFileSync(join(folder, 'cluster.json'), JSON.stringify({ ...api.access, nodes, probes, markers: false }));
};

test('from two copied folders it starts, records, goes on after a restart, and tells the host', {
  timeout: 60_000,
}, async () => {
  start();
  await recorded('started', 'tick');

  const url = `http://127.0.0.1:${auditPort}/audit`;
  const send = () => fetch(url, { method: 'POST', body: eventList(auditEvent()) }).then(({ status }) => status);
  await vi.waitFor(async () => expect(await send()).toBe(200), patience);
  await recorded('act');
  const report = { bootedAt: 1, units: {}, programs: {}, files: {} };
  const machine = await fetch(new URL('/machine', url), {
    method: 'POST',
    body: JSON.stringify({ node: 'cp1', report }),
  });
  expect(machine.status).toBe(200);
  await recorded('machine');
  expect(kinds()).not.toContain('beat');

  writeCluster([]);
  await recorded('beat', 'watch', 'apiserver');
  expect(kinds()).not.toContain('traffic');

  writeCluster([{ service: 'shop/web', nodePort: portOf(service), path: '/' }]);
  await recorded('traffic');
  expect(journal().find(({ kind }) => kind === 'traffic')).toMatchObject({ service: 'shop/web', node: 'cp1' });
  // Without a certificate for etcd nobody asks it, and without being told so nobody writes markers.
  expect(kinds()).not.toContain('etcd');
  expect(kinds()).not.toContain('marker');
  // Only the probes had changed: the watches were left alone.
  expect(journal().flatMap((event) => (event.kind === 'watch' ? [event.state] : []))).toEqual([
    'listed',
    'listed',
    'listed',
  ]);

  await stop();
  const before = journal();
  expect(before.flatMap((event) => (event.kind === 'watch' ? [event.state] : []))).toEqual([
    'listed',
    'listed',
    'listed',
    'lost',
    'lost',
    'lost',
  ]);
  writeFileSync(join(folder, 'journal.jsonl'), '{"at":1,"kind":"ti', { flag: 'a' });
  const record = createWitnessRecord((argv, options) => systemExec.run(argv, options), join(folder, 'journal.jsonl'));
  expect(await record.timeline()).toEqual(before);

  start();
  await vi.waitFor(() => expect(journal().length).toBeGreaterThan(before.length + 2), patience);
  await vi.waitFor(
    () =>
      expect(
        journal()
          .slice(before.length)
          .map(({ kind }) => kind),
      ).toContain('beat'),
    patience,
  );
  const after = journal();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after[before.length]).toMatchObject({ kind: 'started' });
  const beats = after.flatMap((event) => (event.kind === 'beat' ? [event.beat] : []));
  expect(beats).toEqual(beats.map((_beat, index) => index + 1));
});

test('told by SIGHUP, it records as if it had just been started, with the files that are there then', {
  timeout: 60_000,
}, async () => {
  writeCluster([{ service: 'shop/web', nodePort: portOf(service), path: '/' }]);
  start();
  await recorded('beat', 'traffic');
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));

  writeFileSync(join(folder, 'drill.json'), JSON.stringify({ probes: [], markers: false }));
  rmSync(join(folder, 'journal.jsonl'));
  process.kill(pid, 'SIGHUP');
  await recorded('started', 'beat', 'watch', 'apiserver');
  const anew = journal();
  expect(anew[0]).toMatchObject({ kind: 'started' });
  expect(anew.find(({ kind }) => kind === 'beat')).toMatchObject({ beat: 1 });
  expect(kinds()).not.toContain('traffic');
  const url = `http://127.0.0.1:${auditPort}/audit`;
  const sent = await fetch(url, { method: 'POST', body: eventList(auditEvent()) });
  expect(sent.status).toBe(200);
  await recorded('act');

  // The end right behind it waits for the beginning, and ends what has begun.
  process.kill(pid, 'SIGHUP');
  await stop();
  expect(journal().filter(({ kind }) => kind === 'started')).toHaveLength(2);
});

test('it imports nothing but builtins, its own folder and domain/', () => {
  const folderOf = join(engine, 'witness');
  const sources = readdirSync(folderOf).map((name) => readFileSync(join(folderOf, name), 'utf8'));
  const imported = sources.flatMap((source) =>
    [...source.matchAll(/(?:from|import) '([^']+)'/g)].map((found) => found[1] ?? ''),
  );
  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((name) => !/^(node:|\.\/[a-z-]+\.ts$|\.\.\/domain\/[a-z-]+\.ts$)/.test(name))).toEqual([]);
});
