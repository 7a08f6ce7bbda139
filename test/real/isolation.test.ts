import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../engine/domain/verdict.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type ServeProcess, startServe } from '../e2e/server.ts';
import {
  type CommandLine,
  checkout,
  createCommandLine,
  type EngineObjects,
  engineObjects,
  leftSince,
} from './command-line.ts';

/** Two sessions on one machine, and the server beside them: what one learner does is not felt by the others. */
let kubewright: CommandLine;
let before: EngineObjects;
let server: ServeProcess;
let [mine, theirs] = ['', ''];

const scenarios = ['--scenarios', join(checkout, 'test', 'real', 'scenarios')];
const student = (session: string) => `kubewright-${session}-student`;
const controlPlane = (session: string) => `kubewright-${session}-control-plane`;

beforeAll(async () => {
  before = await engineObjects();
  kubewright = await createCommandLine();
  server = await startServe(kubewright.home);
  const start = async (by: CommandLine) =>
    (await by.json<{ session: string }>(['start', 'one-machine', ...scenarios, '--json'])).session;
  mine = await start(kubewright);
  // One drill of a scenario at a time: the second one is of another store, as another user of the machine has it.
  other = await createCommandLine();
  theirs = await start(other);
});
let other: CommandLine;
afterAll(async () => {
  await server?.stop();
  await other?.end();
  await kubewright.end();
});

const docker = (...argv: string[]) => systemExec.run(['docker', ...argv], { timeoutMs: 60_000 });
const inspect = async (container: string, format: string) =>
  (await docker('inspect', '--format', format, container)).stdout.trim();
const addressOf = (container: string) => inspect(container, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');
const gatewayOf = (container: string) => inspect(container, '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}');

/** Whether a TCP connection can be made from inside of a container. */
const reaches = async (from: string, address: string, port: number) =>
  (await docker('exec', from, 'timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`)).exitCode === 0;

/** The server answers, and so does the other session. */
async function othersAreWell(): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const startedAt = performance.now();
    const { status } = await fetch(new URL('/healthz', server.url));
    expect(status).toBe(200);
    times.push(performance.now() - startedAt);
  }
  const verdict = await other.json<Verdict>(['check', theirs, '--json']);
  expect(verdict.exam).toBe('failed');
  return Math.max(...times);
}

describe('a learner', () => {
  test('reaches the own cluster, and nothing of another session, of the server or of the engine', async () => {
    const [own, foreign] = await Promise.all([addressOf(controlPlane(mine)), addressOf(controlPlane(theirs))]);
    const port = Number(new URL(server.url).port);
    for (const from of [student(mine), controlPlane(mine)]) {
      expect(await reaches(from, own, 6443)).toBe(true);
      const gateway = await gatewayOf(from);
      const shut: [string, number][] = [
        [foreign, 6443],
        [foreign, 22],
        [await addressOf(student(theirs)), 22],
        [await addressOf(`kubewright-${theirs}-witness`), 8089],
        [gateway, port],
        ['127.0.0.1', port],
        ...[2375, 2376].map((enginePort): [string, number] => [gateway, enginePort]),
      ];
      for (const [address, to] of shut) {
        expect([from, address, to, await reaches(from, address, to)]).toEqual([from, address, to, false]);
      }
      const sockets = await docker(
        'exec',
        from,
        'sh',
        '-c',
        'ls /var/run/docker.sock /run/docker.sock 2>/dev/null; true',
      );
      expect(sockets.stdout).toBe('');
    }
  });

  test('cannot forge the record from the student host', async () => {
    const post = async (from: string) => {
      const body = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}';
      const script = `exec 3<>/dev/tcp/witness/8089; printf 'POST /audit HTTP/1.1\\r\\nHost: witness\\r\\nContent-Length: ${body.length}\\r\\nConnection: close\\r\\n\\r\\n%s' '${body}' >&3; head -n 1 <&3`;
      return (await docker('exec', from, 'timeout', '5', 'bash', '-c', script)).stdout.split(' ')[1];
    };
    expect(await post(student(mine))).toBe('403');
    // Where the API server runs, root can say what it likes; that is not hidden.
    expect(await post(controlPlane(mine))).toBe('200');
  });

  test('has machines with bounds', async () => {
    const format = '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.CpuShares}}';
    expect(await inspect(student(mine), format)).toBe(`${2 ** 30} 1024 256`);
    expect(await inspect(controlPlane(mine), format)).toBe(`${4 * 2 ** 30} 4096 512`);
    const large = await docker('exec', student(mine), 'fallocate', '-l', '3G', '/tmp/large');
    expect(large.exitCode).not.toBe(0);
  });
});

describe('beside one who goes wild, the server and the other session keep working:', () => {
  const bomb = 'bomb() { bomb | bomb & }; bomb';
  test.each([
    ['a fork bomb on the student host', () => student(mine)],
    ['a fork bomb on a node', () => controlPlane(mine)],
  ])('%s', async (what, container) => {
    const name = container();
    // It ends by itself, so that what comes after is not disturbed; its children do not outlive it long either.
    const running = systemExec.run(
      ['docker', 'exec', name, 'timeout', '--signal=KILL', '20', 'bash', '-c', `${bomb}; sleep 20`],
      { timeoutMs: 60_000 },
    );
    const [limit] = (await inspect(name, '{{.HostConfig.PidsLimit}}')).split(' ').map(Number);
    const full = await retryUntil(systemClock, { withinMs: 15_000, everyMs: 200 }, async () => {
      const { stdout } = await docker('stats', '--no-stream', '--format', '{{.PIDs}}', name);
      return Number(stdout) > (limit ?? 0) * 0.9 ? true : undefined;
    });
    const slowest = await othersAreWell();
    process.stdout.write(
      `  ${what}: ${full === true ? 'all processes used' : 'under way'}, slowest /healthz ${slowest.toFixed(0)} ms\n`,
    );
    await running;
    expect((await docker('restart', '--time', '1', name)).exitCode).toBe(0);
  });

  test('100 MB of output on the student host and on a node', async () => {
    for (const name of [student(mine), controlPlane(mine)]) {
      const flood = systemExec.run(['docker', 'exec', name, 'sh', '-c', 'head -c 100000000 /dev/zero | tr "\\\\0" x'], {
        timeoutMs: 120_000,
        maxOutputBytes: 1_000,
      });
      expect(await othersAreWell()).toBeGreaterThan(0);
      await flood;
    }
  });

  test('rm -rf / on the student host, and the session can be reset', async () => {
    await docker('exec', '--user', 'root', student(mine), 'rm', '-rf', '--no-preserve-root', '/');
    await othersAreWell();
    const { exitCode } = await kubewright.run(['check', mine, '--json']);
    expect([1, 3, 4]).toContain(exitCode);
    const reset = await kubewright.run(['reset', mine, '--json']);
    expect(reset.exitCode, reset.stderr).toBe(0);
    const verdict = await kubewright.json<Verdict>(['check', mine, '--json']);
    expect(verdict.exam).toBe('failed');
  });

  test('and nothing is left of both in the end', async () => {
    await kubewright.run(['stop', mine]);
    await other.run(['stop', theirs]);
    expect(await leftSince(before, kubewright)).toEqual([]);
    expect(await leftSince(before, other)).toEqual([]);
  });
});
