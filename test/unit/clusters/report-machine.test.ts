import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MachineReport } from '../../../engine/domain/timeline.ts';

const program = new URL(
  '../../../clusters/node-image/lab-layer/files/usr/local/lib/kubewright/report-machine',
  import.meta.url,
);
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const base64 = (content: string) => Buffer.from(content).toString('base64');

let root: string;
let server: Server;
let reporter: ChildProcess;
const reports: { node: string; report: MachineReport }[] = [];
const last = () => reports.at(-1)?.report;
const file = (path: string) => join(root, path);

const put = async (path: string, content: string, mode = 0o644) => {
  await mkdir(join(file(path), '..'), { recursive: true });
  await writeFile(file(path), content);
  await chmod(file(path), mode);
};
const systemd = (kubelet: string) =>
  put('bin/systemctl', `#!/bin/sh\ncat <<'END'\n${kubelet}\n\n${unit('containerd', 41)}\nEND\n`, 0o755);
const unit = (name: string, pid: number) =>
  [
    ...[`MainPID=${pid}`, 'ExecMainStartTimestamp=Sun 2026-11-29 09:00:01.250000 UTC', `Id=${name}.service`],
    ...['ActiveState=active', 'UnitFileState=enabled'],
  ].join('\n');

/** The program as it is on a node, with the machine's files in a folder, a systemd of one file and a witness on this host. */
async function start(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const changes: readonly [string, string][] = [
    ["('witness', 8089)", `('127.0.0.1', ${port})`],
    ['my $every = 2;', 'my $every = 0.05;'],
    ...['/etc/kubewright/', '/run/', '/etc/kubernetes', '/var/lib/kubelet/', '/usr/bin/kube'].map(
      (path): [string, string] => [path, `${root}${path}`],
    ),
  ];
  let source = await readFile(program, 'utf8');
  for (const [from, to] of changes) {
    expect(source).toContain(from);
    source = source.replaceAll(from, to);
  }
  await put('report-machine', source);
  const env = { ...process.env, PATH: `${file('bin')}:${process.env['PATH']}` };
  reporter = spawn('perl', ['-w', file('report-machine')], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function listen(port: number): Promise<void> {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      reports.push(JSON.parse(body) as (typeof reports)[number]);
      response.end();
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
}

beforeEach(async () => {
  reports.length = 0;
  root = await mkdtemp(join(tmpdir(), 'report-machine-'));
  await listen(0);
  await put('etc/kubewright/hostname', 'w1\n');
  await put('run/kubewright-reporter/epoch', '1000\n');
  await put('usr/bin/kubeadm', '#!/bin/sh\necho v1.34.4\n', 0o755);
  await put('usr/bin/kubelet', '#!/bin/sh\necho Kubernetes v1.34.5\n', 0o755);
  await put('etc/kubernetes/kubelet.conf', 'kind: Config\n');
  await put('etc/kubernetes/tmp/left.conf', 'from an upgrade');
  await put('var/lib/kubelet/config.yaml', 'a: 1\n');
  await systemd(unit('kubelet', 40));
});

afterEach(async () => {
  reporter.kill('SIGKILL');
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true, force: true });
});

describe('the reporter of a machine', () => {
  test('tells units, programs, files and manifests', async () => {
    const manifest = 'kind: Pod\nmetadata: { name: "é" }\n';
    await put('etc/kubernetes/manifests/etcd.yaml', manifest);
    await symlink(file('etc/kubernetes/kubelet.conf'), file('etc/kubernetes/link "1".conf'));
    await start();
    await expect.poll(last, { timeout: 10_000 }).toBeDefined();
    const at = Date.UTC(2026, 10, 29, 9, 0, 1, 250);
    const path = (name: string) => `${root}/${name}`;
    expect(reports[0]?.node).toBe('w1');
    expect(last()).toEqual({
      bootedAt: expect.any(Number),
      units: {
        containerd: { active: 'active', file: 'enabled', startedAt: at },
        kubelet: { active: 'active', file: 'enabled', startedAt: at },
      },
      programs: { kubeadm: 'v1.34.4', kubelet: 'v1.34.5' },
      files: {
        [path('etc/kubernetes/kubelet.conf')]: sha256('kind: Config\n'),
        [path('etc/kubernetes/link "1".conf')]: sha256('kind: Config\n'),
        [path('etc/kubernetes/manifests/etcd.yaml')]: sha256(manifest),
        [path('var/lib/kubelet/config.yaml')]: sha256('a: 1\n'),
      },
      manifests: { [path('etc/kubernetes/manifests/etcd.yaml')]: base64(manifest) },
    });
  });

  test('sees a file that changes twice in a second and keeps its size, and one that goes', async () => {
    await start();
    const sum = () => last()?.files[file('var/lib/kubelet/config.yaml')];
    await expect.poll(sum, { timeout: 10_000 }).toBe(sha256('a: 1\n'));
    for (const content of ['a: 2\n', 'a: 3\n', 'a: 4\n']) {
      await writeFile(file('var/lib/kubelet/config.yaml'), content);
      await expect.poll(sum, { timeout: 10_000 }).toBe(sha256(content));
    }
    await rm(file('var/lib/kubelet/config.yaml'));
    await expect.poll(sum, { timeout: 10_000 }).toBeUndefined();
  });

  test('sees a program that is replaced, and a unit that stops', async () => {
    await start();
    await expect.poll(() => last()?.programs, { timeout: 10_000 }).toEqual({ kubeadm: 'v1.34.4', kubelet: 'v1.34.5' });
    // In the middle of an installation it says nothing.
    await put('usr/bin/kubelet', '#!/bin/sh\nexit 1\n', 0o755);
    await expect.poll(() => last()?.programs, { timeout: 10_000 }).toEqual({ kubeadm: 'v1.34.4' });
    await put('usr/bin/kubelet', '#!/bin/sh\necho Kubernetes v1.35.4\n', 0o755);
    await expect.poll(() => last()?.programs['kubelet'], { timeout: 10_000 }).toBe('v1.35.4');
    await systemd('MainPID=0\nExecMainStartTimestamp=\nId=kubelet.service\nActiveState=failed\nUnitFileState=masked');
    await expect
      .poll(() => last()?.units['kubelet'], { timeout: 10_000 })
      .toEqual({ active: 'failed', file: 'masked', startedAt: 0 });
  });

  test('reports again when systemd answers again, and when the witness does', async () => {
    await put('bin/systemctl', '#!/bin/sh\necho asked >> "$(dirname "$0")/asked"\nexit 1\n', 0o755);
    await start();
    await expect.poll(() => readFile(file('bin/asked'), 'utf8').catch(() => ''), { timeout: 10_000 }).not.toBe('');
    expect(reports).toEqual([]);
    await systemd(unit('kubelet', 40));
    await expect.poll(() => reports.length, { timeout: 10_000 }).toBeGreaterThan(0);

    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    reports.length = 0;
    await listen(port);
    await expect.poll(() => reports.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });
});
