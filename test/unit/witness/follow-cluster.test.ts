import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WitnessCluster } from '../../../engine/witness/config.ts';
import { followCluster } from '../../../engine/witness/follow-cluster.ts';
import { FakeClock } from './fake-clock.ts';

const pem = (what: string) => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;
const withServer = (server: string) =>
  JSON.stringify({
    server,
    ca: pem('CERTIFICATE'),
    cert: pem('CERTIFICATE'),
    key: pem('PRIVATE KEY'),
    nodes: [],
    probes: [],
    markers: false,
  });

let folder: string;
let path: string;
let drillPath: string;
let clock: FakeClock;
let taken: string[];
let told: string[];
let ending: AbortController;
let ended: Promise<void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-cluster-'));
  path = join(folder, 'cluster.json');
  drillPath = join(folder, 'drill.json');
  [clock, taken, told, ending] = [new FakeClock(), [], [], new AbortController()];
  const onCluster = ({ server, markers }: WitnessCluster) => {
    taken.push(markers ? `${server} with markers` : server);
    return Promise.resolve();
  };
  ended = followCluster(
    { path, drillPath, clock, onCluster, log: (message) => void told.push(message) },
    ending.signal,
  );
});
afterEach(async () => {
  ending.abort();
  await ended;
  rmSync(folder, { recursive: true });
});

/** One more look at the file: it is over when the follower sleeps again, and files are written only while it sleeps. */
async function poll() {
  await vi.waitFor(() => expect(clock.sleeping).toBe(1));
  await clock.advance(500);
  await vi.waitFor(() => expect(clock.sleeping).toBe(1));
}

test('the file is taken when it appears, and again when it is replaced, but not twice', async () => {
  await poll();
  expect(taken).toEqual([]);
  writeFileSync(path, withServer('https://one:6443'));
  await poll();
  await poll();
  expect(taken).toEqual(['https://one:6443']);
  writeFileSync(path, withServer('https://other:6443'));
  await poll();
  expect(taken).toEqual(['https://one:6443', 'https://other:6443']);
});

test('a half-written or removed file leaves the former content in force and is told once', async () => {
  await poll();
  writeFileSync(path, withServer('https://one:6443'));
  await poll();
  writeFileSync(path, withServer('https://other:6443').slice(0, 60));
  await poll();
  await poll();
  expect(taken).toEqual(['https://one:6443']);
  expect(told).toEqual([expect.stringContaining('cluster.json is not taken')]);
  rmSync(path);
  await poll();
  writeFileSync(path, withServer('https://other:6443'));
  await poll();
  expect(taken).toEqual(['https://one:6443', 'https://other:6443']);
});

test('what a drill wants otherwise is taken in place of that, also when it comes later', async () => {
  await poll();
  writeFileSync(path, withServer('https://one:6443'));
  await poll();
  writeFileSync(drillPath, JSON.stringify({ probes: [], markers: true }));
  await poll();
  await poll();
  expect(taken).toEqual(['https://one:6443', 'https://one:6443 with markers']);
  writeFileSync(drillPath, '{');
  await poll();
  expect(taken).toHaveLength(2);
  expect(told).toEqual([expect.stringContaining('is not taken')]);
});
