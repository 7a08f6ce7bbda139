import type Dockerode from 'dockerode';
import { KubewrightError } from '../../../domain/errors.ts';
import { type Clock, retryUntil } from '../../../system/clock.ts';
import type { KubeApi, Node } from '../../provider.ts';
import { clusterName, goldenLabel, kindClusterLabel, networkName, nodeImageLabel } from '../names.ts';
import type { ContainerMaker } from '../node-container.ts';
import { restoredEntrypoint } from './entrypoint.ts';
import { tokenExpiry } from './rest.ts';
import type { ClusterMemory, GoldenMachine, GoldenState } from './state.ts';

const apiWithinMs = 180_000;
const awakeWithinMs = 240_000;
const tokenLastsMs = 24 * 3_600_000;

/** Starts the machines of a golden state on the session's network. Returns the URL of the API server from outside. */
export async function startMachines(
  maker: ContainerMaker,
  session: string,
  state: GoldenState,
  { freePort, limits }: { readonly freePort: () => Promise<number>; readonly limits: Dockerode.HostConfig },
): Promise<string> {
  const ports = new Map<string, number>();
  // One after the other: a port that is only asked for is not taken yet.
  for (const { name, container } of state.machines) {
    if (Object.keys(container.HostConfig?.PortBindings ?? {}).length > 0) ports.set(name, await freePort());
  }
  await Promise.all(
    state.machines.map(async (machine) => {
      const port = ports.get(machine.name);
      const made = await maker.createContainer(containerOf({ session, key: state.key, limits }, machine, port));
      await made.start();
    }),
  );
  return `https://127.0.0.1:${ports.get(doorOf(state).name)}`;
}

/** The machine by which the API server is reached: the load balancer, or the only control plane. */
export function doorOf({ machines }: Pick<GoldenState, 'machines'>): GoldenMachine {
  const door =
    machines.find(({ role }) => role === 'load-balancer') ?? machines.find(({ role }) => role === 'control-plane');
  if (door === undefined) throw new KubewrightError('PROVISION_FAILED', 'the golden state has no control plane');
  return door;
}

function containerOf(
  { session, key, limits }: { readonly session: string; readonly key: string; readonly limits: Dockerode.HostConfig },
  { name, role, suffix, image, address, aliases, container }: GoldenMachine,
  port: number | undefined,
): Dockerode.ContainerCreateOptions {
  const network = networkName(session);
  const bindings = Object.keys(container.HostConfig?.PortBindings ?? {}).map((inside) => [
    inside,
    [{ HostIp: '127.0.0.1', HostPort: String(port) }],
  ]);
  return {
    ...container,
    name: `${clusterName(session)}-${suffix}`,
    ...(image === undefined ? {} : { Image: image }),
    ...(role === 'load-balancer' ? {} : { Hostname: name, Entrypoint: [...restoredEntrypoint] }),
    Labels: {
      ...container.Labels,
      [kindClusterLabel]: clusterName(session),
      [goldenLabel]: key,
      [nodeImageLabel]: container.Image ?? '',
    },
    HostConfig: {
      ...container.HostConfig,
      ...(role === 'load-balancer' ? {} : limits),
      NetworkMode: network,
      PortBindings: Object.fromEntries(bindings) as Dockerode.PortMap,
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
    },
    NetworkingConfig: {
      EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address }, Aliases: [...aliases] } },
    },
  };
}

interface Waking {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly nodes: readonly Node[];
  /** Address of doorOf() the golden state. */
  readonly door: string;
  readonly memory: ClusterMemory;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rules on each node for the time in which pods run and kube-proxy has not written its own, which in a cluster that was just
 * made is there before them. Ranges and port are kind's (networking.serviceSubnet, podSubnet; kubeadm's 6443).
 *
 * What pods send to a service would leave the machine, and the kernel would send all that follow the same way: half a minute
 * until a pod tries anew. What is dropped is tried again after a second. The API server's service leads to it all the same:
 * CoreDNS, which does not reach it, pauses longer each time. The other end has no route to pods yet, so the node speaks for them.
 */
const stopgap = (verb: '--insert' | '--delete', door: string) => `iptables-restore --noflush --wait <<'END'
*filter
${verb} FORWARD --destination 10.96.0.0/16 --jump DROP
${verb} OUTPUT --destination 10.96.0.0/16 --jump DROP
COMMIT
*nat
${verb} PREROUTING --destination 10.96.0.1 --protocol tcp --dport 443 --jump DNAT --to-destination ${door}:6443
${verb} OUTPUT --destination 10.96.0.1 --protocol tcp --dport 443 --jump DNAT --to-destination ${door}:6443
${verb} POSTROUTING --source 10.244.0.0/16 --destination ${door} --protocol tcp --dport 6443 --jump MASQUERADE
COMMIT
END`;

/** Until the API server answers; then the workers, whose kubelets wait for that, are woken. */
export async function wakeCluster({ kube, clock, nodes, door, signal }: Waking): Promise<void> {
  const answers = await retryUntil(clock, { withinMs: apiWithinMs, everyMs: 250, signal }, async () =>
    (await kube.isReady()) ? true : undefined,
  );
  if (answers === undefined)
    throw new KubewrightError('PROVISION_FAILED', `no API server answered within ${apiWithinMs / 1000} s`);
  await Promise.all(
    members(nodes).map((node) =>
      tell(node, [
        'set -e',
        stopgap('--insert', door),
        ...(node.role === 'worker' ? ['systemctl enable --quiet --now kubelet'] : []),
      ]),
    ),
  );
}

const members = (nodes: readonly Node[]) => nodes.filter(({ role }) => role !== 'spare');

async function tell(node: Node, script: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await node.exec(['sh', '-c', script.join('\n')]);
  if (exitCode === 0) return;
  throw new KubewrightError('PROVISION_FAILED', `${node.name} did not wake up: ${stderr.trim()}`);
}

interface Lease {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly renewTime?: string | Date };
}
interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly state?: { readonly running?: object };
    }[];
  };
}

/**
 * Until every kubelet has spoken for its node and for every pod, which runs in containers of now. Before that the API server
 * says of them what it knew at rest: that all is well. Whether they are ready is not waited for: a kubelet that has just begun
 * puts first probes off by up to 10 s (pkg/kubelet/prober/worker.go, run), and whoever comes next waits for what it needs.
 */
export async function waitForNews({ kube, clock, nodes, door, memory, signal }: Waking): Promise<void> {
  const old = new Set(memory.containers);
  let silent: string[] = [];
  const awake = await retryUntil(clock, { withinMs: awakeWithinMs, everyMs: 500, signal }, async () => {
    const [leases, pods] = await Promise.all([
      kube.list<Lease>({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease' }),
      kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }),
    ]).catch(() => [undefined, undefined]);
    if (leases === undefined || pods === undefined) return undefined;
    const renewed = new Map(leases.map(({ metadata, spec }) => [metadata.name, spec.renewTime]));
    silent = [
      ...Object.entries(memory.leases).flatMap(([node, at]) =>
        sameMoment(renewed.get(node), at) ? [`the kubelet of ${node}`] : [],
      ),
      ...pods.flatMap((pod) => (isBack(pod, old) ? [] : [`pod ${pod.metadata.name}`])),
    ];
    return silent.length === 0 ? true : undefined;
  });
  if (awake === undefined)
    throw new KubewrightError('PROVISION_FAILED', `the cluster did not wake up: no news of ${silent.join(', ')}`);
  await Promise.all(members(nodes).map((node) => tell(node, [stopgap('--delete', door)])));
}

function isBack({ status }: Pod, old: ReadonlySet<string>): boolean {
  const { containerStatuses = [] } = status;
  return (
    containerStatuses.length > 0 &&
    containerStatuses.every(({ containerID, state }) => state?.running !== undefined && !old.has(containerID ?? ''))
  );
}

/** The client may turn a time into a Date, which has no microseconds. */
function sameMoment(now: string | Date | undefined, then: string): boolean {
  return now === undefined || new Date(now).getTime() === Date.parse(then);
}

interface Secret {
  readonly metadata: { readonly name: string };
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** kubeadm's token gets the day it has in a cluster that was just made. */
export async function renewTokens(kube: KubeApi, clock: Clock): Promise<void> {
  const secrets = await kube.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system' });
  const expiration = new Date(clock.now() + tokenLastsMs).toISOString().replace(/\.\d+Z$/, 'Z');
  for (const { metadata, type, data } of secrets) {
    const expiry = Buffer.from(data?.['expiration'] ?? '', 'base64').toString();
    if (type !== 'bootstrap.kubernetes.io/token' || expiry !== tokenExpiry()) continue;
    await kube.apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: metadata.name, namespace: 'kube-system' },
        type,
        data: { expiration: Buffer.from(expiration).toString('base64') },
      }),
    );
  }
}
