import { describe, expect, it } from 'vitest';
import { formatFindings, worstState } from '../../../clusters/host/findings.ts';
import { inspectHost } from '../../../clusters/host/inspect.ts';
import { missingCapabilities } from '../../../clusters/host/machine-facts.ts';
import {
  answeringEngine,
  bareDebian,
  FakeExec,
  FakeHost,
  FakeLab,
  goVersion,
  withoutSysResource,
} from './fake-host.ts';

const gibibyte = 1024 ** 3;

async function inspect(host: FakeHost, lab = new FakeLab(), options = {}) {
  const findings = await inspectHost({ host, lab }, options);
  const find = (id: string) => {
    const finding = findings.find((one) => one.id === id);
    if (finding === undefined) throw new Error(`there is no finding ${id}`);
    return finding;
  };
  return { findings, find };
}

describe('a healthy Debian host', () => {
  it('has no warning and no problem, and says that root on a node is root on the host', async () => {
    const { findings, find } = await inspect(new FakeHost({ exec: answeringEngine(), files: bareDebian() }));
    expect(worstState(findings)).toBe('ok');
    expect(find('root-on-node').found).toContain('root on the host');
  });

  it('gives a remedy with every warning and problem, whatever is wrong', async () => {
    const files = bareDebian();
    for (const path of files.texts.keys()) if (!path.startsWith('/proc/meminfo')) files.texts.delete(path);
    files.free = 1;
    const lab = new FakeLab();
    lab.tools = ['kind v0.33.0'];
    const host = new FakeHost({ exec: new FakeExec(), files, machine: { isRoot: false, nodeVersion: '20.20.2' } });
    host.takenPorts = [7080];
    const { findings } = await inspect(host, lab, { purpose: 'tests' });
    const bad = findings.filter(({ state }) => state !== 'ok');
    expect(bad.length).toBeGreaterThan(5);
    expect(bad.filter(({ remedy }) => remedy === undefined || remedy === '')).toEqual([]);
  });
});

describe('who learns here', () => {
  const meaningOf = async (info: Record<string, unknown>, cpuinfo = 'flags\t\t: fpu vme\n') => {
    const files = bareDebian();
    files.texts.set('/proc/cpuinfo', cpuinfo);
    const { find } = await inspect(new FakeHost({ exec: answeringEngine(info), files }));
    return find('root-on-node');
  };

  it('is told what narrows it on this engine, and what does not', async () => {
    const plain = await meaningOf({});
    expect(plain.meaning).toContain('does not look like a virtual one');
    expect(plain.meaning).toContain('are not among the runtimes of this engine');
    expect(plain.meaning).not.toContain('remaps users');

    const walled = await meaningOf(
      { Runtimes: { runc: {}, 'sysbox-runc': {} }, SecurityOptions: ['name=userns'] },
      'flags\t\t: fpu vme hypervisor lahf_lm\n',
    );
    expect(walled.meaning).toContain('This machine is a virtual one');
    expect(walled.meaning).toContain('This engine has sysbox-runc.');
    expect(walled.meaning).toContain('kind switches it off for its nodes');
  });

  it('is the user of a rootless engine', async () => {
    const { found } = await meaningOf({ SecurityOptions: ['name=rootless'] });
    expect(found).toBe('root on a node is the user of this rootless engine');
  });
});

describe('the engine', () => {
  it('is a problem that is fixable on Debian as root when no docker is installed', async () => {
    const { find } = await inspect(new FakeHost({ exec: new FakeExec(goVersion), files: bareDebian() }));
    expect(find('engine')).toMatchObject({
      state: 'problem',
      fixable: true,
      fix: [
        { kind: 'packages', names: ['docker.io', 'iptables', 'iproute2'] },
        { kind: 'engine-start', hasSystemd: false },
      ],
    });
  });

  it('is only started when dockerd is installed and nothing answers', async () => {
    const files = bareDebian();
    for (const program of ['dockerd', 'iptables', 'ip']) files.texts.set(`/usr/sbin/${program}`, '');
    const exec = new FakeExec({
      ...goVersion,
      'docker context inspect': 'default unix:///var/run/docker.sock\n',
      'docker info': { exitCode: 1, stdout: '{"ServerVersion":""}', stderr: 'Cannot connect to the Docker daemon' },
    });
    const { find } = await inspect(new FakeHost({ exec, files }));
    expect(find('engine').fix).toEqual([{ kind: 'engine-start', hasSystemd: false }]);
  });

  it('is left to the person when DOCKER_HOST names one that does not answer', async () => {
    const exec = new FakeExec({
      ...goVersion,
      'docker info': { exitCode: 1, stdout: '{"ServerVersion":""}', stderr: 'Cannot connect to the Docker daemon' },
    });
    const host = new FakeHost({ exec, files: bareDebian(), env: { DOCKER_HOST: 'tcp://127.0.0.1:2375' } });
    const { find } = await inspect(host);
    expect(find('engine')).toMatchObject({ state: 'problem', fixable: false });
    expect(find('engine').found).toContain('tcp://127.0.0.1:2375 (from DOCKER_HOST)');
    expect(find('engine').remedy).toContain('unset DOCKER_HOST');
  });

  it('names the docker group when the socket refuses the user', async () => {
    const exec = new FakeExec({
      ...goVersion,
      'docker context inspect': 'default unix:///var/run/docker.sock\n',
      'docker info': {
        exitCode: 1,
        stdout: '{"ServerVersion":""}',
        stderr: 'permission denied while trying to connect',
      },
    });
    const { find } = await inspect(new FakeHost({ exec, files: bareDebian(), machine: { isRoot: false } }));
    expect(find('engine')).toMatchObject({ state: 'problem', fixable: false });
    expect(find('engine').remedy).toContain('usermod -aG docker');
  });

  it('is a warning when it is rootless or copies whole images', async () => {
    const rootless = answeringEngine({ SecurityOptions: ['name=rootless'] });
    expect((await inspect(new FakeHost({ exec: rootless, files: bareDebian() }))).find('engine').state).toBe('warning');
    const vfs = answeringEngine({ Driver: 'vfs' });
    expect((await inspect(new FakeHost({ exec: vfs, files: bareDebian() }))).find('engine').state).toBe('warning');
  });

  it('of Docker Desktop is judged by its own memory, not by the files of this machine', async () => {
    const files = bareDebian();
    files.texts.set('/proc/self/status', withoutSysResource);
    files.free = 1;
    const exec = answeringEngine({ OperatingSystem: 'Docker Desktop', MemTotal: 1 * gibibyte });
    const { find } = await inspect(new FakeHost({ exec, files }));
    expect(find('privileged').state).toBe('ok');
    expect(find('disk').state).toBe('ok');
    expect(find('memory')).toMatchObject({ state: 'problem', remedy: expect.stringContaining('Docker Desktop') });
    expect(find('platform')).toMatchObject({ state: 'warning', meaning: expect.stringContaining('Not tested') });
  });
});

describe('privileged containers', () => {
  it('are possible with every capability, and a missing one is found by its number', () => {
    expect(missingCapabilities('CapBnd:\t000001ffffffffff\n', '40\n')).toEqual([]);
    expect(missingCapabilities(withoutSysResource, '40\n')).toEqual([24]);
    expect(missingCapabilities('', '')).toEqual([]);
  });

  it('get the wrapper only while no engine runs', async () => {
    const files = bareDebian();
    files.texts.set('/proc/self/status', withoutSysResource);
    const { find } = await inspect(new FakeHost({ exec: new FakeExec(goVersion), files }));
    expect(find('privileged').fix).toEqual([{ kind: 'capability-wrapper' }]);
    const running = await inspect(new FakeHost({ exec: answeringEngine(), files }));
    expect(running.find('privileged')).toMatchObject({ state: 'problem', fixable: false });
    expect(running.find('privileged').remedy).toContain('configuration is left alone');
  });

  it('are fine where the running engine has a runtime of its own', async () => {
    const files = bareDebian();
    files.texts.set('/proc/self/status', withoutSysResource);
    const exec = answeringEngine({ DefaultRuntime: 'kubewright' });
    expect((await inspect(new FakeHost({ exec, files }))).find('privileged').state).toBe('ok');
  });

  it("leave somebody else's engine configuration alone", async () => {
    const files = bareDebian();
    files.texts.set('/proc/self/status', withoutSysResource);
    files.texts.set('/etc/docker/daemon.json', '{"mtu": 1400}');
    const { find } = await inspect(new FakeHost({ exec: new FakeExec(goVersion), files }));
    expect(find('privileged')).toMatchObject({ state: 'problem', fixable: false });
  });

  it('cannot be had in a container without privileges, and the engine is then not installed either', async () => {
    const files = bareDebian();
    files.texts.set('/proc/self/status', 'CapBnd:\t00000000a80425fb\n');
    const { find } = await inspect(new FakeHost({ exec: new FakeExec(goVersion), files }));
    expect(find('privileged')).toMatchObject({ state: 'problem', fixable: false });
    expect(find('engine').fixable).toBe(false);
  });
});

describe('limits', () => {
  it('on cgroup v1 are a warning that names what Kubernetes 1.35 needs', async () => {
    const { find } = await inspect(
      new FakeHost({ exec: answeringEngine({ CgroupVersion: '1' }), files: bareDebian() }),
    );
    expect(find('cgroups')).toMatchObject({ state: 'warning', meaning: expect.stringContaining('failCgroupV1=false') });
  });

  it('of inotify are raised to what several clusters need and never lowered', async () => {
    const files = bareDebian();
    files.texts.set('/proc/sys/fs/inotify/max_user_instances', '128\n');
    const { find } = await inspect(new FakeHost({ exec: answeringEngine(), files }));
    expect(find('inotify')).toMatchObject({
      state: 'warning',
      fix: [{ kind: 'inotify', instances: 512, watches: 1_048_576 }],
    });
  });

  it('of memory count sessions', async () => {
    const files = bareDebian();
    files.texts.set('/proc/meminfo', `MemTotal: 4194304 kB\nMemAvailable: ${2 * 1024 ** 2} kB\n`);
    const one = await inspect(new FakeHost({ exec: answeringEngine(), files }));
    expect(one.find('memory')).toMatchObject({ state: 'warning', meaning: expect.stringContaining('room for 1') });
    files.texts.set('/proc/meminfo', 'MemTotal: 4194304 kB\nMemAvailable: 900000 kB\n');
    const none = await inspect(new FakeHost({ exec: answeringEngine(), files }));
    expect(none.find('memory').state).toBe('problem');
  });

  it.each([
    [20, [], 'ok'],
    [10, [], 'warning'],
    [10, ['node v1.34'], 'problem'],
    [4, [], 'problem'],
  ] as const)('of disk: %i GiB free with missing images %j is %s', async (free, images, state) => {
    const files = bareDebian();
    files.free = free * gibibyte;
    const lab = new FakeLab();
    lab.images = [...images];
    const { find } = await inspect(new FakeHost({ exec: answeringEngine(), files }), lab);
    expect(find('disk').state).toBe(state);
  });

  it('a taken port is a warning that names another', async () => {
    const host = new FakeHost({ exec: answeringEngine(), files: bareDebian() });
    host.takenPorts = [7080];
    expect((await inspect(host)).find('port')).toMatchObject({
      state: 'warning',
      remedy: expect.stringContaining('--port'),
    });
    expect((await inspect(host, new FakeLab(), { port: 7090 })).find('port').state).toBe('ok');
  });
});

describe('programs', () => {
  it('kind is fixable only where Go can build it', async () => {
    const lab = new FakeLab();
    lab.tools = ['kind v0.33.0'];
    const files = bareDebian();
    const host = new FakeHost({ exec: answeringEngine(), files });
    expect((await inspect(host, lab)).find('kind').fix).toEqual([{ kind: 'tools' }]);
    files.texts.delete('/usr/bin/go');
    expect((await inspect(host, lab)).find('kind')).toMatchObject({ state: 'problem', fixable: false });
  });

  it('Go is not needed when kind and all images are there', async () => {
    const files = bareDebian();
    files.texts.delete('/usr/bin/go');
    const lab = new FakeLab();
    const host = new FakeHost({ exec: answeringEngine(), files });
    expect((await inspect(host, lab)).find('go').state).toBe('ok');
    lab.images = ['node v1.34'];
    expect((await inspect(host, lab)).find('go').state).toBe('warning');
  });

  it('Chromium is wanted by tests only', async () => {
    const host = new FakeHost({ exec: answeringEngine(), files: bareDebian() });
    expect((await inspect(host)).find('browser').state).toBe('ok');
    expect((await inspect(host, new FakeLab(), { purpose: 'tests' })).find('browser')).toMatchObject({
      state: 'problem',
      fix: [{ kind: 'packages', names: ['chromium', 'fonts-liberation'] }],
    });
  });
});

it('the page of findings names the remedy and what doctor --fix does', async () => {
  const { findings } = await inspect(new FakeHost({ exec: new FakeExec(goVersion), files: bareDebian() }));
  const page = formatFindings(findings);
  expect(page).toContain('PROBLEM  Docker engine');
  expect(page).toContain('"kubewright doctor --fix" does this.');
});
