import { KubewrightError } from '../../engine/domain/errors.ts';
import { retryUntil } from '../../engine/system/clock.ts';
import { mustSucceed, pasteable } from '../../engine/system/exec.ts';
import type { EnginePlace } from './engine-place.ts';
import type { HostAccess } from './host-access.ts';

/** dockerd answers within 2-3 seconds when nothing is wrong; loading many containers takes longer. */
const startWithinMs = 60_000;
/** dockerd ends its containers first, 15 seconds at most by its own default. */
const stopWithinMs = 60_000;
const pollMs = 300;

/** Which process we started. A process id alone is not enough: ids are used again. */
interface EngineRecord {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: string;
}

export interface StartOptions {
  readonly hasSystemd: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts dockerd and waits until it answers: through systemd where that is the init, else as a process of its own,
 * recorded so that it can be ended again. Does nothing when an engine answers already.
 * @throws HOST_UNFIT with the end of the log when it does not come up; INTERRUPTED when the signal fires (it is ended then).
 */
export async function startEngine(host: HostAccess, place: EnginePlace, options: StartOptions): Promise<void> {
  if (await answers(host, place)) return;
  if (options.hasSystemd) {
    await mustSucceed(host.exec, ['systemctl', 'enable', '--now', 'docker'], { signal: options.signal });
    await waitForAnswer(host, place, () => Promise.resolve(true), options.signal);
    return;
  }
  const pid = await launchDetached(host, place);
  const startTicks = await readStartTicks(host, pid);
  if (startTicks === undefined) throw await didNotStart(host, place);
  const record: EngineRecord = { pid, startTicks };
  await host.files.write(place.recordFile, `${JSON.stringify(record)}\n`);
  try {
    await waitForAnswer(host, place, async () => (await readStartTicks(host, pid)) === startTicks, options.signal);
  } catch (error) {
    await stopEngineWeStarted(host, place);
    throw error;
  }
}

/**
 * Ends the dockerd that startEngine recorded, and no other: the process must still be that one.
 * @returns stopped; gone when the recorded process had ended before; none when nothing was recorded.
 * @throws DEADLINE when it does not end.
 */
export async function stopEngineWeStarted(host: HostAccess, place: EnginePlace): Promise<'stopped' | 'gone' | 'none'> {
  const text = await host.files.read(place.recordFile);
  if (text === undefined) return 'none';
  const record = parseRecord(text);
  const isOurs = async () =>
    record !== undefined &&
    (await readStartTicks(host, record.pid)) === record.startTicks &&
    (await isDockerd(host, record.pid));
  if (record === undefined || !(await isOurs())) {
    await host.files.remove(place.recordFile);
    return 'gone';
  }
  host.signalProcess(record.pid, 'SIGTERM');
  const ended = await retryUntil(host.clock, { withinMs: stopWithinMs, everyMs: pollMs }, async () =>
    (await isOurs()) ? undefined : true,
  );
  if (ended === undefined) {
    throw new KubewrightError('DEADLINE', `dockerd (process ${record.pid}) did not end within a minute of SIGTERM`);
  }
  await host.files.remove(place.recordFile);
  return 'stopped';
}

/** The command that is run where systemd is not the init, for people to read and paste. */
export function launchCommand(place: EnginePlace): string {
  return `setsid ${pasteable(['dockerd', ...place.moreArguments])} >> ${place.logFile} 2>&1 < /dev/null &`;
}

async function dockerdArguments(host: HostAccess, place: EnginePlace): Promise<readonly string[]> {
  // Named explicitly, a configuration file that is not there is an error of dockerd.
  const config = (await host.files.exists(place.configFile)) ? ['--config-file', place.configFile] : [];
  return ['dockerd', ...config, ...place.moreArguments];
}

async function launchDetached(host: HostAccess, place: EnginePlace): Promise<number> {
  const folder = place.logFile.replace(/\/[^/]*$/, '');
  const script = 'mkdir -p "$1" && log=$2 && shift 2 && { setsid "$@" >> "$log" 2>&1 < /dev/null & echo $!; }';
  const words = await dockerdArguments(host, place);
  const result = await mustSucceed(host.exec, ['sh', '-c', script, 'sh', folder, place.logFile, ...words]);
  return Number.parseInt(result.stdout.trim(), 10);
}

async function waitForAnswer(
  host: HostAccess,
  place: EnginePlace,
  isAlive: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const up = await retryUntil(host.clock, { withinMs: startWithinMs, everyMs: pollMs, signal }, async () => {
    if (await answers(host, place)) return 'yes' as const;
    return (await isAlive()) ? undefined : ('died' as const);
  });
  if (up !== 'yes') throw await didNotStart(host, place);
}

async function answers(host: HostAccess, place: EnginePlace): Promise<boolean> {
  const result = await host.exec.run(['docker', 'version', '--format', '{{.Server.Version}}'], {
    timeoutMs: 10_000,
    ...(place.address === undefined ? {} : { env: { DOCKER_HOST: place.address } }),
  });
  return result.exitCode === 0 && result.stdout.trim() !== '';
}

async function didNotStart(host: HostAccess, place: EnginePlace): Promise<KubewrightError> {
  const log = ((await host.files.read(place.logFile)) ?? '').trimEnd().split('\n').slice(-8).join('\n');
  return new KubewrightError('HOST_UNFIT', `the Docker engine did not come up. The end of its log:\n${log}`, {
    remedy: `Read ${place.logFile} (with systemd: journalctl -u docker), then run "kubewright doctor" again.`,
  });
}

async function readStartTicks(host: HostAccess, pid: number): Promise<string | undefined> {
  const stat = await host.files.read(`/proc/${pid}/stat`);
  // The program's name is in parentheses and may contain anything; counting starts behind it, with field 3.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended.
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

async function isDockerd(host: HostAccess, pid: number): Promise<boolean> {
  const program = (await host.files.read(`/proc/${pid}/cmdline`))?.split('\0')[0];
  return program?.split('/').at(-1) === 'dockerd';
}

function parseRecord(text: string): EngineRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startTicks' in value)) return undefined;
    const { pid, startTicks } = value;
    if (!Number.isInteger(pid) || typeof startTicks !== 'string') return undefined;
    return { pid: pid as number, startTicks };
  } catch {
    return undefined;
  }
}
