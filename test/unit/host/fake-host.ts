import type { HostAccess, HostFiles, LabParts, MachineBasics, Purpose } from '../../../clusters/host/host-access.ts';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { Clock } from '../../../engine/system/clock.ts';
import type { Exec, ExecOptions, ExecResult } from '../../../engine/system/exec.ts';

type Answer = string | { readonly exitCode?: number; readonly stdout?: string; readonly stderr?: string };

/** Answers the longest command line prefix it knows; a program without any answer is not installed. */
export class FakeExec implements Exec {
  readonly ran: string[] = [];
  readonly #answers: Map<string, Answer>;
  onRun: (command: string) => void = () => {};

  constructor(answers: Readonly<Record<string, Answer>> = {}) {
    this.#answers = new Map(Object.entries(answers));
  }

  answer(prefix: string, answer: Answer): void {
    this.#answers.set(prefix, answer);
  }

  run(argv: readonly string[], _options?: ExecOptions): Promise<ExecResult> {
    const command = argv.join(' ');
    this.ran.push(command);
    this.onRun(command);
    const prefix = [...this.#answers.keys()]
      .filter((known) => command.startsWith(known))
      .toSorted((a, b) => b.length - a.length)[0];
    const answer = prefix === undefined ? undefined : this.#answers.get(prefix);
    if (answer === undefined) return Promise.reject(new KubewrightError('TOOL_MISSING', `${argv[0]} was not found`));
    const given = typeof answer === 'string' ? { stdout: answer } : answer;
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', timedOut: false, command, ...given });
  }
}

export class FakeFiles implements HostFiles {
  readonly texts: Map<string, string>;
  readonly modes = new Map<string, number>();
  free = 100 * 1024 ** 3;

  constructor(texts: Readonly<Record<string, string>> = {}) {
    this.texts = new Map(Object.entries(texts));
  }

  read = (path: string) => Promise.resolve(this.texts.get(path));
  exists = (path: string) => Promise.resolve(this.texts.has(path));
  isExecutable = (path: string) => Promise.resolve(this.texts.has(path));
  list = (folder: string) =>
    Promise.resolve([
      ...new Set(
        [...this.texts.keys()]
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ]);
  write = (path: string, text: string, mode = 0o644) => {
    this.texts.set(path, text);
    this.modes.set(path, mode);
    return Promise.resolve();
  };
  remove = (path: string) => {
    this.texts.delete(path);
    return Promise.resolve();
  };
  freeBytes = () => Promise.resolve(this.free);
}

/** Sleeping takes no time and moves the clock. */
class FakeClock implements Clock {
  #now = 0;
  now = () => this.#now;
  monotonic = () => this.#now;
  sleep = (ms: number, signal?: AbortSignal) => {
    this.#now += ms;
    return signal?.aborted === true
      ? Promise.reject(new KubewrightError('INTERRUPTED', 'interrupted'))
      : Promise.resolve();
  };
}

export class FakeLab implements LabParts {
  tools: string[] = [];
  images: string[] = [];
  /** Where it differs by what the host is made ready for. */
  imagesFor: Partial<Record<Purpose, string[]>> = {};
  readonly made: string[] = [];
  missingTools = () => Promise.resolve(this.tools);
  missingImages = (purpose: Purpose) => Promise.resolve(this.imagesFor[purpose] ?? this.images);
  ensureTools = () => {
    if (this.tools.length > 0) this.made.push(...this.tools);
    this.tools = [];
    return Promise.resolve();
  };
  ensureImages = (purpose: Purpose) => {
    this.made.push(...(this.imagesFor[purpose] ?? this.images));
    this.images = [];
    return Promise.resolve();
  };
}

export class FakeHost implements HostAccess {
  readonly exec: FakeExec;
  readonly files: FakeFiles;
  readonly env: Record<string, string | undefined>;
  readonly clock = new FakeClock();
  readonly machine: MachineBasics;
  readonly signalled: number[] = [];
  takenPorts: number[] = [];

  constructor(given: {
    exec: FakeExec;
    files: FakeFiles;
    env?: Record<string, string>;
    machine?: Partial<MachineBasics>;
  }) {
    this.exec = given.exec;
    this.files = given.files;
    this.env = { PATH: '/usr/bin', ...given.env };
    this.machine = {
      platform: 'linux',
      arch: 'x64',
      isRoot: true,
      kernel: '6.1.0',
      nodeVersion: '24.21.0',
      home: '/root',
      hostname: 'bench',
      ...given.machine,
    };
  }

  isPortFree = (port: number) => Promise.resolve(!this.takenPorts.includes(port));
  signalProcess = (pid: number) => {
    this.signalled.push(pid);
    return this.files.texts.delete(`/proc/${pid}/stat`);
  };
}

const fullCapabilities = 'Name:\tnode\nCapBnd:\t000001ffffffffff\n';
export const withoutSysResource = 'Name:\tnode\nCapBnd:\t000001fffeffffff\n';

/** Debian 12 on amd64, as root, with everything but a Docker engine; jq and Go are there. */
export function bareDebian(): FakeFiles {
  return new FakeFiles({
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    '/proc/1/comm': 'init\n',
    '/proc/self/status': fullCapabilities,
    '/proc/sys/kernel/cap_last_cap': '40\n',
    '/proc/sys/fs/inotify/max_user_instances': '1024\n',
    '/proc/sys/fs/inotify/max_user_watches': '1048576\n',
    '/proc/meminfo': 'MemTotal:       24105000 kB\nMemAvailable:   20000000 kB\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
    '/usr/bin/jq': '',
    '/usr/bin/go': '',
    '/usr/sbin/debootstrap': '',
  });
}

/** The same with an engine of this machine that answers. */
export function dockerInfo(more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ServerVersion: '20.10.24',
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    Name: 'bench',
    SecurityOptions: ['name=seccomp,profile=default'],
    CgroupVersion: '2',
    DockerRootDir: '/var/lib/docker',
    MemTotal: 25_000_000_000,
    Driver: 'overlay2',
    DefaultRuntime: 'runc',
    ...more,
  });
}

export const goVersion = { '/usr/bin/go version': 'go version go1.26.8 linux/amd64\n' };

export function answeringEngine(more: Record<string, unknown> = {}): FakeExec {
  return new FakeExec({
    ...goVersion,
    'docker context inspect': 'default unix:///var/run/docker.sock\n',
    'docker info': dockerInfo(more),
    'docker version': '20.10.24\n',
  });
}
