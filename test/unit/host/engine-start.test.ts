import { describe, expect, it } from 'vitest';
import { machineEngine } from '../../../clusters/host/engine-place.ts';
import { startEngine, stopEngineWeStarted } from '../../../clusters/host/engine-start.ts';
import { bareDebian, FakeExec, FakeHost } from './fake-host.ts';

const stat = (ticks: string, state = 'S') =>
  `77 (docker (d) x) ${state} ${Array.from({ length: 18 }, () => '0').join(' ')} ${ticks} 0`;

function host() {
  const files = bareDebian();
  const exec = new FakeExec({ 'docker version': { exitCode: 1, stderr: 'Cannot connect' }, 'sh -c': '77\n' });
  return { files, exec, host: new FakeHost({ exec, files }) };
}

describe('stopping the engine', () => {
  it('does nothing when none was recorded', async () => {
    expect(await stopEngineWeStarted(host().host, machineEngine)).toBe('none');
  });

  it('ends the process that was recorded', async () => {
    const deps = host();
    deps.files.texts.set('/proc/77/stat', stat('500'));
    deps.files.texts.set('/proc/77/cmdline', '/usr/sbin/dockerd\0--config-file\0x');
    deps.files.texts.set(machineEngine.recordFile, '{"pid":77,"startTicks":"500"}');
    expect(await stopEngineWeStarted(deps.host, machineEngine)).toBe('stopped');
    expect(deps.host.signalled).toEqual([77]);
    expect(deps.files.texts.has(machineEngine.recordFile)).toBe(false);
  });

  it.each([
    ['another program has its id', stat('500'), 'vim\0notes'],
    ['another dockerd has its id', stat('900'), 'dockerd\0'],
    ['it has ended', undefined, undefined],
    ['it is a zombie', stat('500', 'Z'), ''],
  ])('signals nothing when %s', async (_case, statText, cmdline) => {
    const deps = host();
    if (statText !== undefined) deps.files.texts.set('/proc/77/stat', statText);
    if (cmdline !== undefined) deps.files.texts.set('/proc/77/cmdline', cmdline);
    deps.files.texts.set(machineEngine.recordFile, '{"pid":77,"startTicks":"500"}');
    expect(await stopEngineWeStarted(deps.host, machineEngine)).toBe('gone');
    expect(deps.host.signalled).toEqual([]);
  });

  it('signals nothing when the record is not readable', async () => {
    const deps = host();
    deps.files.texts.set(machineEngine.recordFile, '{"pid":');
    expect(await stopEngineWeStarted(deps.host, machineEngine)).toBe('gone');
    expect(deps.host.signalled).toEqual([]);
  });

  it('says so when the process does not end', async () => {
    const deps = host();
    deps.files.texts.set('/proc/77/stat', stat('500'));
    deps.files.texts.set('/proc/77/cmdline', 'dockerd\0');
    deps.files.texts.set(machineEngine.recordFile, '{"pid":77,"startTicks":"500"}');
    deps.host.signalProcess = () => true;
    await expect(stopEngineWeStarted(deps.host, machineEngine)).rejects.toMatchObject({ code: 'DEADLINE' });
    expect(deps.files.texts.has(machineEngine.recordFile)).toBe(true);
  });
});

describe('starting the engine', () => {
  it('does nothing when one answers', async () => {
    const deps = host();
    deps.exec.answer('docker version', '20.10.24\n');
    await startEngine(deps.host, machineEngine, { hasSystemd: false });
    expect(deps.exec.ran).toHaveLength(1);
  });

  it('shows the end of the log when it dies, and forgets it', async () => {
    const deps = host();
    deps.exec.onRun = (command) => {
      if (command.startsWith('sh -c')) deps.files.texts.set('/proc/77/stat', stat('500'));
      if (command.startsWith('docker version') && deps.exec.ran.length > 2) deps.files.texts.delete('/proc/77/stat');
    };
    deps.files.texts.set(machineEngine.logFile, 'starting\nfailed to start daemon: no space left on device\n');
    await expect(startEngine(deps.host, machineEngine, { hasSystemd: false })).rejects.toMatchObject({
      code: 'HOST_UNFIT',
      message: expect.stringContaining('no space left on device'),
    });
    expect(deps.files.texts.has(machineEngine.recordFile)).toBe(false);
  });

  it('ends what it started when it is interrupted', async () => {
    const deps = host();
    deps.exec.onRun = (command) => {
      if (!command.startsWith('sh -c')) return;
      deps.files.texts.set('/proc/77/stat', stat('500'));
      deps.files.texts.set('/proc/77/cmdline', 'dockerd\0');
    };
    const signal = AbortSignal.abort();
    await expect(startEngine(deps.host, machineEngine, { hasSystemd: false, signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(deps.host.signalled).toEqual([77]);
  });
});
