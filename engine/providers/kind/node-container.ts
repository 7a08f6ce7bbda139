import type Dockerode from 'dockerode';
import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import type { Node } from '../provider.ts';
import { answered, docker } from './docker.ts';
import { kindRoleLabel, networkName, nodeImageLabel, type PlannedMachine, roleLabel } from './names.ts';

/** The part of the engine's API that finds containers, and makes them from a whole configuration, which the docker client cannot. */
export type ContainerMaker = Pick<Dockerode, 'getContainer' | 'createContainer' | 'listContainers'>;

/** From the start of a container until ssh and containerd run in it: about 6 s on two idle cores. */
const bootedWithinMs = 120_000;
/** Short enough for a command that goes through the machine's channel. */
const lookForMs = 10_000;
/** Only nodes with an API server publish a port and have this variable (kind v0.33.0, provision.go, runArgsForNode). */
const controlPlaneVariable = /^KUBECONFIG=/;

interface Likeness {
  readonly container: string;
  readonly hostname: string;
  readonly network: string;
  /** A fixed address and names on the network; without it the engine hands one out. */
  readonly place?: { readonly address: string; readonly aliases: readonly string[] };
}

/** A new container that is to the engine what another one is: image, settings, labels, published ports, volumes of its own. */
function likenessOf(original: Dockerode.ContainerInspectInfo, likeness: Likeness): Dockerode.ContainerCreateOptions {
  const { container, hostname, network, place } = likeness;
  const endpoint =
    place === undefined ? {} : { IPAMConfig: { IPv4Address: place.address }, Aliases: [...place.aliases] };
  // A restored machine runs on an image that is no empty one, and begins in a way that only such an image can.
  return {
    ...original.Config,
    Entrypoint: undefined,
    Image: original.Config.Labels?.[nodeImageLabel] ?? original.Config.Image,
    name: container,
    Hostname: hostname,
    HostConfig: { ...original.HostConfig, NetworkMode: network },
    NetworkingConfig: { EndpointsConfig: { [network]: endpoint } },
  };
}

/**
 * Starts a machine that is to the engine like an existing node, publishes nothing and has not joined.
 * @param address its fixed one; without it the engine hands one out
 */
export async function startSpare(
  maker: ContainerMaker,
  session: string,
  spare: PlannedMachine,
  likeContainer: string,
  address?: string,
): Promise<void> {
  const original = await answered(`inspect ${likeContainer}`, maker.getContainer(likeContainer).inspect());
  const likeness = likenessOf(original, {
    container: spare.container,
    hostname: spare.name,
    network: networkName(session),
    ...(address === undefined ? {} : { place: { address, aliases: [spare.name] } }),
  });
  const creating = maker.createContainer({
    ...likeness,
    Env: (likeness.Env ?? []).filter((variable) => !controlPlaneVariable.test(variable)),
    Labels: { ...likeness.Labels, [kindRoleLabel]: 'worker', [roleLabel]: spare.role },
    ExposedPorts: {},
    HostConfig: { ...likeness.HostConfig, PortBindings: {} },
  });
  const made = await answered(`create ${spare.container}`, creating);
  await answered(`start ${spare.container}`, made.start());
}

/**
 * Removes a node's container with its volumes and starts an empty one of the same name, address, labels and published
 * ports in its place. It is found by all names of the former one: a restored control plane also answers to the one that the
 * cluster was made with, which is the cluster's endpoint.
 */
export async function replaceContainer(
  exec: Exec,
  maker: ContainerMaker,
  session: string,
  machine: { readonly name: string; readonly address: string; readonly container: string },
): Promise<void> {
  const { name, address, container } = machine;
  const original = await answered(`inspect ${container}`, maker.getContainer(container).inspect());
  await docker(exec, ['rm', '--force', '--volumes', container]);
  const network = networkName(session);
  const place = { address, aliases: [...new Set([name, ...aliasesOf(original, network)])] };
  const made = await answered(
    `create ${container}`,
    maker.createContainer(likenessOf(original, { container, hostname: name, network, place })),
  );
  await answered(`start ${container}`, made.start());
}

/** But for the short form of its id, which the engine adds by itself. */
function aliasesOf({ Id, NetworkSettings }: Dockerode.ContainerInspectInfo, network: string): string[] {
  const aliases = (NetworkSettings.Networks[network]?.Aliases ?? []) as readonly string[];
  return aliases.filter((alias) => !Id.startsWith(alias));
}

/** @throws KubewrightError PROVISION_FAILED when ssh and containerd of a machine do not run in time. */
export async function waitUntilBooted(machine: Node): Promise<void> {
  const booted = 'until systemctl is-active --quiet ssh && systemctl is-active --quiet containerd; do sleep 0.2; done';
  for (let waitedMs = 0; waitedMs < bootedWithinMs; waitedMs += lookForMs) {
    const { exitCode } = await machine.exec(['sh', '-c', booted], { timeoutMs: lookForMs });
    if (exitCode === 0) return;
  }
  const message = `${machine.name} was started and has no ssh or containerd after ${bootedWithinMs / 1000} s`;
  throw new KubewrightError('PROVISION_FAILED', message);
}

/** The machine calls itself as the cluster calls it, also after a restart (the node image's entrypoint reads the file). */
export async function nameMachine(node: Node): Promise<void> {
  await node.write('/etc/kubewright/hostname', `${node.name}\n`);
  await node.exec(['/usr/local/lib/kubewright/set-hostname']);
}
