import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createTerminalLink, type LinkSocket } from '../../../web/client/terminal-link.ts';
import { changeHeader } from '../../../web/protocol.ts';
import { checkout } from '../../real/command-line.ts';
import { type HolderProcess, startHolder } from '../student-host/holder-process.ts';

const mebibyte = 1024 * 1024;
/** Printed in each of the tabs. */
const floodBytes = 100_000_000;
const tabs = 10;
const flood = (bytes: number) => `head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo fl""ooded`;

let holder: HolderProcess;
let server: ChildProcessWithoutNullStreams;
let origin: string;
let cookie: string;
let session: string;
let clientFolder: string;

beforeEach(async () => {
  holder = await startHolder();
  clientFolder = mkdtempSync(join(tmpdir(), 'kubewright-flood-'));
  writeFileSync(join(clientFolder, 'index.html'), 'page');
  const program = join(import.meta.dirname, 'held-server.ts');
  server = spawn(process.execPath, [...flagsOfTheProgram(), program, holder.socket, clientFolder]);
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  origin = new URL(url).origin;
  const answer = await fetch(url, { redirect: 'manual' });
  cookie = (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const started = await fetch(`${origin}/api/sessions`, {
    method: 'POST',
    headers: { cookie, origin, [changeHeader.name]: changeHeader.value, 'content-type': 'application/json' },
    body: JSON.stringify({ scenario: 'kubelet-down' }),
  });
  session = ((await started.json()) as { session: string }).session;
}, 60_000);
afterEach(async () => {
  server.kill('SIGKILL');
  await holder.stop();
  rmSync(clientFolder, { recursive: true });
}, 60_000);

/** The options of Node that users start the server with. */
function flagsOfTheProgram(): string[] {
  const [shebang = ''] = readFileSync(join(checkout, 'engine/cli/kubewright.js'), 'utf8').split('\n');
  return shebang
    .split(' ')
    .slice(1)
    .filter((word) => word.startsWith('--'));
}

const residentBytes = () => {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
};

/** A tab of the page. A page that hangs takes what comes and acknowledges nothing: it is cut off, comes back, and so on. */
function openTab(machine: string, tab: number, hangs: boolean) {
  let tail = '';
  let received = 0;
  const link = createTerminalLink({
    path: `/ws/terminal/${session}/${machine}/${tab}`,
    screen: {
      cols: 80,
      rows: 24,
      write(bytes, parsed) {
        received += bytes.length;
        tail = (tail + Buffer.from(bytes).toString('latin1')).slice(-200);
        if (!hangs) parsed();
      },
      restart: () => undefined,
    },
    openSocket: (path) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers: { cookie, origin } });
      socket.on('error', () => undefined);
      return socket as unknown as LinkSocket;
    },
    retryAfterMs: () => 100,
    onState: () => undefined,
  });
  link.connect();
  return { link, tail: () => tail, received: () => received };
}

it('keeps the memory of the server and the echo of another tab while ten tabs are flooded', {
  timeout: 600_000,
}, async () => {
  // "ssh w1" of this holder is a shell, too.
  writeFileSync(join(holder.home, 'bin', 'ssh'), '#!/bin/bash\nexec bash --noprofile --norc\n', { mode: 0o755 });
  const typist = openTab('student', 1, false);
  const flooded = Array.from({ length: tabs }, (_, at) =>
    openTab(at < 5 ? 'w1' : 'student', at < 5 ? at + 1 : at - 3, at === 0),
  );
  for (const tab of [typist, ...flooded]) await expect.poll(tab.tail, { timeout: 60_000 }).toMatch(/[$#] $/);

  typist.link.type('echo rea""dy; cat > /dev/null\r');
  await expect.poll(typist.tail, { timeout: 60_000 }).toMatch(/ready\r\n$/);
  const [, ...reading] = flooded;
  const isOver = () => reading.every((tab) => /flooded\r\n/.test(tab.tail()));
  const before = residentBytes();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes());
  }, 50);
  for (const { link } of flooded) link.type(`${flood(floodBytes)}\r`);

  // Keys typed one after the other, each after the echo of the last one, as long as the flood goes on.
  const echoMs: number[] = [];
  while (!isOver()) {
    const at = performance.now();
    const wanted = typist.received() + 1;
    // A line of a terminal has an end.
    typist.link.type(echoMs.length % 50 === 49 ? '\r' : 'k');
    await expect.poll(typist.received, { timeout: 60_000, interval: 2 }).toBeGreaterThanOrEqual(wanted);
    echoMs.push(performance.now() - at);
  }
  clearInterval(watch);
  const sorted = echoMs.toSorted((left, right) => left - right);
  const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1);
  const inMebibytes = (bytes: number) => (bytes / mebibyte).toFixed(1);
  process.stdout.write(
    `server: ${inMebibytes(before)} MiB, at most ${inMebibytes(most - before)} MiB more ` +
      `while ${tabs} tabs were flooded with ${floodBytes / 1e6} MB each; ${echoMs.length} keys in another tab: ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`,
  );
  expect(echoMs.length).toBeGreaterThan(0);
  expect((most - before) / mebibyte).toBeLessThan(64);
  for (const { link } of [typist, ...flooded]) link.close();
});
