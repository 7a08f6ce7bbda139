import type { HostAccess } from './host-access.ts';

/** What kind of machine this is, read once for all findings. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
  /** ID, VERSION_ID and PRETTY_NAME of /etc/os-release. */
  readonly distribution: { readonly id: string; readonly version: string; readonly name: string };
  /** Debian, Ubuntu and what calls itself like them: apt-get installs packages here. */
  readonly isDebianLike: boolean;
  readonly isWsl: boolean;
  /** systemd is the init, so services are its business. */
  readonly hasSystemd: boolean;
  /** Capabilities that no process here can have, by number; empty also where there is no /proc. */
  readonly missingCapabilities: readonly number[];
}

/** Number of the capability to exceed resource limits, see capabilities(7). */
export const capSysResource = 24;

export async function readMachine(host: HostAccess): Promise<MachineFacts> {
  const { files, machine } = host;
  const release = parseOsRelease((await files.read('/etc/os-release')) ?? '');
  const id = release.get('ID') ?? '';
  const likes = [id, ...(release.get('ID_LIKE') ?? '').split(' ')];
  const pid1 = (await files.read('/proc/1/comm'))?.trim();
  return {
    platform: machine.platform,
    arch: machine.arch,
    isRoot: machine.isRoot,
    distribution: { id, version: release.get('VERSION_ID') ?? '', name: release.get('PRETTY_NAME') ?? '' },
    isDebianLike: likes.includes('debian') || likes.includes('ubuntu'),
    isWsl: /microsoft/i.test(machine.kernel),
    hasSystemd: pid1 === 'systemd' && (await files.exists('/run/systemd/system')),
    missingCapabilities: missingCapabilities(
      (await files.read('/proc/self/status')) ?? '',
      (await files.read('/proc/sys/kernel/cap_last_cap')) ?? '',
    ),
  };
}

/** Whether "doctor --fix" may install packages and start services here: Debian or Ubuntu, as root. */
export function canInstall(machine: MachineFacts): boolean {
  return machine.platform === 'linux' && machine.isDebianLike && machine.isRoot;
}

/** Capabilities of the kernel (cap_last_cap) that the bounding set (CapBnd of /proc/self/status) has not. */
export function missingCapabilities(status: string, lastCapability: string): readonly number[] {
  const set = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  const last = Number.parseInt(lastCapability, 10);
  if (set === undefined || Number.isNaN(last)) return [];
  const bounding = BigInt(`0x${set}`);
  return Array.from({ length: last + 1 }, (_, number) => number).filter(
    (number) => ((bounding >> BigInt(number)) & 1n) === 0n,
  );
}

function parseOsRelease(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]];
    }),
  );
}
