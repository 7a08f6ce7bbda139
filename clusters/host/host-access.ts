import type { Clock } from '../../engine/system/clock.ts';
import type { Exec } from '../../engine/system/exec.ts';

/** Files of this machine. */
export interface HostFiles {
  /** The file's text, undefined when it is not there or may not be read. */
  read(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  isExecutable(path: string): Promise<boolean>;
  /** Names in a folder; empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Writes a text file, making its folder. The mode is given to new and existing files alike. */
  write(path: string, text: string, mode?: number): Promise<void>;
  remove(path: string): Promise<void>;
  /** Bytes free for this user on the file system of the path, or of its nearest parent that exists. */
  freeBytes(path: string): Promise<number>;
}

/** What this process knows of the machine without asking anyone. */
export interface MachineBasics {
  readonly platform: NodeJS.Platform;
  /** As Node says it: x64, arm64 … */
  readonly arch: string;
  readonly isRoot: boolean;
  readonly kernel: string;
  /** Of the running Node, without the leading v. */
  readonly nodeVersion: string;
  readonly home: string;
  readonly hostname: string;
}

/** The host as an effect: everything the doctor reads or changes goes through here. */
export interface HostAccess {
  readonly exec: Exec;
  readonly files: HostFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly machine: MachineBasics;
  /** Whether a server on 127.0.0.1 could listen on this port now. */
  isPortFree(port: number): Promise<boolean>;
  /** Sends a signal to one process; false when there is no such process. */
  signalProcess(pid: number, signal: 'SIGTERM'): boolean;
}

/** What the host is made ready for. */
export type Purpose = 'drills' | 'tests';

/** The tools and images of the lab, which other folders make; the host only needs to know whether they are there. */
export interface LabParts {
  /** Names of the programs at pinned versions that are not there yet, e.g. "kind v0.33.0". */
  missingTools(): Promise<readonly string[]>;
  /** Makes them. Progress goes to onLine. */
  ensureTools(onLine: (line: string) => void, signal?: AbortSignal): Promise<void>;
  /**
   * Names of the images needed that the engine does not have. Only asked when the engine answers. For drills these are
   * those of the ordinary ones, the others' are made when one is started; tests need all.
   */
  missingImages(purpose: Purpose): Promise<readonly string[]>;
  ensureImages(purpose: Purpose, onLine: (line: string) => void, signal?: AbortSignal): Promise<void>;
}

/** Where programs live that a user's PATH may not name (a root shell made by su, a service). */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Path of a program on PATH or in the system's folders; undefined when there is none. */
export async function findProgram(host: HostAccess, name: string): Promise<string | undefined> {
  const folders = [...(host.env['PATH'] ?? '').split(':'), ...systemFolders];
  for (const folder of folders) {
    if (folder !== '' && (await host.files.isExecutable(`${folder}/${name}`))) return `${folder}/${name}`;
  }
  return undefined;
}

/** Of the packages, those whose program is not on this machine. */
export async function missingPackages(
  host: HostAccess,
  programs: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(programs)) {
    if ((await findProgram(host, program)) === undefined) missing.push(name);
  }
  return missing;
}
