import { networkInterfaces } from 'node:os';
import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import { docker, rows } from './docker.ts';
import { homeLabel, networkName, sessionLabel } from './names.ts';

/**
 * Sessions get 10.210.0.0/24 … 10.210.255.0/24: private (RFC 1918), away from Docker's own default pools, from kind's
 * pod and service ranges (10.244.0.0/16, 10.96.0.0/16) and rarely used by home and office networks.
 */
const slots = 256;
const slotSubnet = (slot: number) => `10.210.${slot}.0/24`;
/** A golden state is bound to its subnet: these are left to them as long as there are others. */
export const goldenSlots: readonly number[] = Array.from({ length: 16 }, (_, slot) => slot);
const allSlots = [...Array.from({ length: slots - 16 }, (_, index) => 16 + index), ...goldenSlots];

export interface SessionNetwork {
  readonly session: string;
  /** Store that the session belongs to. */
  readonly home: string;
  /** Further labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Makes the session's own bridge network with a subnet of its own, so that addresses can be fixed.
 * @throws KubewrightError HOST_UNFIT when all 256 subnets are taken.
 */
export async function createNetwork(exec: Exec, network: SessionNetwork): Promise<void> {
  if ((await claimSlot(exec, network, allSlots)) !== undefined) return;
  throw new KubewrightError('HOST_UNFIT', 'all 256 session networks are taken', {
    remedy: 'Run "kubewright clean" and stop sessions that are not needed.',
  });
}

/** Makes the session's network on the first of these slots that is free, and says which; undefined when none is. */
export async function claimSlot(
  exec: Exec,
  { session, home, labels = {} }: SessionNetwork,
  wanted: readonly number[],
): Promise<number | undefined> {
  if (wanted.length === 0) return undefined;
  const taken = new Set([...(await subnetsOfEngine(exec)), ...subnetsOfHost()]);
  for (const slot of wanted) {
    const subnet = slotSubnet(slot);
    if (taken.has(subnet)) continue;
    const argv = [
      ...['network', 'create', '--driver', 'bridge', '--subnet', subnet],
      ...Object.entries({ [sessionLabel]: session, [homeLabel]: home, ...labels }).flatMap(([name, value]) => [
        '--label',
        `${name}=${value}`,
      ]),
    ];
    const result = await exec.run(['docker', ...argv, networkName(session)], { timeoutMs: 60_000 });
    if (result.exitCode === 0) return slot;
    // Two sessions may reach for the same slot at the same moment; the engine refuses the second one.
    if (/overlap/i.test(result.stderr)) continue;
    await docker(exec, [...argv, networkName(session)]);
    return slot;
  }
  return undefined;
}

/**
 * Makes a container's present address its fixed one: an address that the engine handed out is lost at a restart, one
 * that was asked for is kept (measured: after a restart two nodes had swapped theirs). `alias` is a further name in the
 * network's DNS.
 */
export async function pinAddress(exec: Exec, network: string, container: string, alias: string): Promise<string> {
  const address = await addressOf(exec, network, container);
  await docker(exec, ['network', 'disconnect', network, container]);
  await docker(exec, ['network', 'connect', '--ip', address, '--alias', alias, network, container]);
  return address;
}

/** The address of one container. @throws as knownAddress() */
export async function addressOf(exec: Exec, network: string, container: string): Promise<string> {
  const format = `{{with index .NetworkSettings.Networks "${network}"}}{{.IPAddress}}|{{with .IPAMConfig}}{{.IPv4Address}}{{end}}{{end}}`;
  const { stdout } = await docker(exec, ['inspect', '--format', format, container]);
  const [current, fixed] = stdout.trim().split('|');
  return knownAddress(network, container, { current, fixed });
}

/**
 * Of what the engine says of a container's place on a network: a stopped one has no current address, but the fixed one is
 * still in its configuration.
 * @throws KubewrightError PROVISION_FAILED when it has neither
 */
export function knownAddress(
  network: string,
  container: string,
  { current, fixed }: { readonly current: string | undefined; readonly fixed: string | undefined },
): string {
  const address = current === undefined || current === '' ? fixed : current;
  if (address !== undefined && address !== '') return address;
  throw new KubewrightError('PROVISION_FAILED', `the container ${container} has no address on the network ${network}`);
}

async function subnetsOfEngine(exec: Exec): Promise<string[]> {
  const ids = rows(await docker(exec, ['network', 'ls', '--quiet']));
  if (ids.length === 0) return [];
  // A network may go between the two questions: then docker prints the others and complains. What is missed here, the
  // engine refuses as an overlap.
  const format = '{{range .IPAM.Config}}{{.Subnet}}{{end}}';
  return rows(await exec.run(['docker', 'network', 'inspect', '--format', format, ...ids], { timeoutMs: 60_000 }));
}

function subnetsOfHost(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map((entry) => /^10\.210\.(\d+)\./.exec(entry.address)?.[1])
    .filter((slot) => slot !== undefined)
    .map((slot) => slotSubnet(Number(slot)));
}
