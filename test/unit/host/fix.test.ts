import { describe, expect, it } from 'vitest';
import { machineEngine } from '../../../clusters/host/engine-place.ts';
import { formatPlan, planFix, runFix } from '../../../clusters/host/fix.ts';
import { inspectHost } from '../../../clusters/host/inspect.ts';
import { bareDebian, dockerInfo, FakeExec, FakeHost, FakeLab, goVersion, withoutSysResource } from './fake-host.ts';

const wrapperSource = '#!/bin/sh\nexec runc "$@"\n';
const quiet = { onLine: () => {} };

/** A bare Debian on which apt-get and dockerd work: what they do is seen by the next inspection. */
function bareHost() {
  const files = bareDebian();
  files.read = (path) =>
    Promise.resolve(
      path.endsWith('/clusters/host/runc-without-sys-resource.sh') ? wrapperSource : files.texts.get(path),
    );
  const exec = new FakeExec({ ...goVersion, 'apt-get': '' });
  exec.onRun = (command) => {
    if (command.includes('install') && command.includes('docker.io')) {
      for (const program of ['dockerd', 'docker', 'iptables', 'ip']) files.texts.set(`/usr/sbin/${program}`, '');
      exec.answer('docker context inspect', 'default unix:///var/run/docker.sock\n');
      exec.answer('docker info', { exitCode: 1, stdout: '{"ServerVersion":""}', stderr: 'Cannot connect' });
      exec.answer('docker version', { exitCode: 1, stderr: 'Cannot connect' });
      exec.answer('sh -c', '4242\n');
    }
    if (command.startsWith('sh -c') && command.includes('dockerd')) {
      files.texts.set('/proc/4242/stat', `4242 (dockerd) S ${Array.from({ length: 18 }, () => '0').join(' ')} 777 0`);
      files.texts.set('/proc/4242/cmdline', 'dockerd\0');
      const isWrapped = files.texts.has(machineEngine.configFile);
      exec.answer('docker info', dockerInfo(isWrapped ? { DefaultRuntime: 'kubewright' } : {}));
      exec.answer('docker version', '20.10.24\n');
    }
  };
  return { host: new FakeHost({ exec, files }), exec, files, lab: new FakeLab() };
}

describe('the plan', () => {
  it('registers the wrapper before packages are installed, and starts the engine after', async () => {
    const deps = bareHost();
    deps.files.texts.set('/proc/self/status', withoutSysResource);
    deps.files.texts.set('/proc/sys/fs/inotify/max_user_instances', '128\n');
    deps.files.texts.delete('/usr/bin/jq');
    deps.lab.tools = ['kind v0.33.0'];
    const plan = planFix(await inspectHost(deps, { purpose: 'tests' }));
    expect(plan.steps.map(({ action }) => action.kind)).toEqual([
      'capability-wrapper',
      'packages',
      'engine-start',
      'inotify',
      'tools',
    ]);
    expect(plan.byHand).toEqual([]);
    expect(formatPlan(plan)).toContain(
      'apt-get install -y --no-install-recommends docker.io iptables iproute2 jq chromium fonts-liberation',
    );
  });

  it('does nothing without root, and says the exact steps', async () => {
    const files = bareDebian();
    const host = new FakeHost({ exec: new FakeExec(goVersion), files, machine: { isRoot: false } });
    const plan = planFix(await inspectHost({ host, lab: new FakeLab() }));
    expect(plan.steps).toEqual([]);
    expect(formatPlan(plan)).toContain('sudo apt-get update && sudo apt-get install -y docker.io');
  });

  it('names Docker Desktop or its like on macOS', async () => {
    const host = new FakeHost({ exec: new FakeExec(goVersion), files: bareDebian(), machine: { platform: 'darwin' } });
    const plan = planFix(await inspectHost({ host, lab: new FakeLab() }));
    expect(plan.steps).toEqual([]);
    expect(formatPlan(plan)).toContain('Docker Desktop');
  });
});

describe('the fix', () => {
  it('makes a bare Debian ready, and a second run has nothing to do', async () => {
    const deps = bareHost();
    deps.files.texts.set('/proc/self/status', withoutSysResource);
    deps.files.texts.set('/proc/sys/fs/inotify/max_user_instances', '128\n');
    deps.lab.tools = ['kind v0.33.0'];
    await runFix(planFix(await inspectHost(deps)), deps, quiet);
    const after = await inspectHost(deps);
    expect(after.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(planFix(after)).toEqual({ steps: [], byHand: [] });
    expect(deps.files.texts.get(machineEngine.wrapperFile)).toBe(wrapperSource);
    expect(deps.files.modes.get(machineEngine.wrapperFile)).toBe(0o755);
    expect(JSON.parse(deps.files.texts.get(machineEngine.configFile) ?? '')).toMatchObject({
      'default-runtime': 'kubewright',
      runtimes: { kubewright: { path: machineEngine.wrapperFile } },
    });
    expect(deps.files.texts.get('/proc/sys/fs/inotify/max_user_instances')).toBe('512\n');
    expect(deps.lab.made).toEqual(['kind v0.33.0']);
  });

  it('writes no engine configuration where no capability is missing', async () => {
    const deps = bareHost();
    await runFix(planFix(await inspectHost(deps)), deps, quiet);
    expect(deps.files.texts.has(machineEngine.configFile)).toBe(false);
    expect(deps.exec.ran.find((command) => command.startsWith('sh -c'))).not.toContain('--config-file');
  });

  it('writes no engine configuration when an engine came up after the plan was made', async () => {
    const deps = bareHost();
    deps.files.texts.set('/proc/self/status', withoutSysResource);
    const plan = planFix(await inspectHost(deps));
    deps.exec.answer('docker context inspect', 'default unix:///var/run/docker.sock\n');
    deps.exec.answer('docker info', dockerInfo());
    await expect(runFix(plan, deps, quiet)).rejects.toMatchObject({ code: 'HOST_UNFIT' });
    expect(deps.files.texts.has(machineEngine.configFile)).toBe(false);
  });

  it('ends with the command when apt-get fails', async () => {
    const deps = bareHost();
    deps.exec.answer('apt-get install', { exitCode: 100, stderr: 'E: Unable to locate package docker.io' });
    await expect(runFix(planFix(await inspectHost(deps)), deps, quiet)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('apt-get install -y --no-install-recommends docker.io'),
    });
  });

  it('uses systemd where it is the init', async () => {
    const deps = bareHost();
    deps.files.texts.set('/proc/1/comm', 'systemd\n');
    deps.files.texts.set('/run/systemd/system', '');
    deps.exec.answer('systemctl', '');
    const started = deps.exec.onRun;
    deps.exec.onRun = (command) => {
      started(command);
      if (command.startsWith('systemctl')) deps.exec.answer('docker version', '20.10.24\n');
    };
    await runFix(planFix(await inspectHost(deps)), deps, quiet);
    expect(deps.exec.ran).toContain('systemctl enable --now docker');
    expect(deps.files.texts.has(machineEngine.recordFile)).toBe(false);
  });
});
