import type { ClusterShape, MachineRole } from '../provider.ts';

/** Every object of a session can be found again by these names and labels, whoever made it and however that ended. */
const prefix = 'kubewright-';

/** Label on everything that we start ourselves (kind's containers can't be labelled). */
export const sessionLabel = 'kubewright.session';
/** Which store a session belongs to: "clean" of one must not reap the sessions of another. */
export const homeLabel = 'kubewright.home';
/** Names of all containers of a session, on its network: what has to be there for it to be whole. */
export const partsLabel = 'kubewright.parts';
/** In the environment of every process that is started to make a session: a killed maker's children are found by it. */
export const childVariable = 'KUBEWRIGHT_CHILD_OF';
/** kind's own labels on node containers and load balancers. */
export const kindClusterLabel = 'io.x-k8s.kind.cluster';
export const kindRoleLabel = 'io.x-k8s.kind.role';
/** Label on machines that kind would take for something else: it knows no spares. (The node image has kubewright.role.) */
export const roleLabel = 'kubewright.machine-role';
/** Label on machines that were restored: the key of the golden state they come from. */
export const goldenLabel = 'kubewright.golden';
/** Label on machines that were restored: the node image that an empty machine in their place is made from. */
export const nodeImageLabel = 'kubewright.node-image';
/** Label on the network of a cluster that is being made into a golden state: the process at work on it. */
export const bakerLabel = 'kubewright.golden-baker';

export function clusterName(session: string): string {
  return prefix + session;
}

/** The session a kind cluster belongs to, undefined for clusters that are not ours. */
export function sessionOfCluster(cluster: string): string | undefined {
  return cluster.startsWith(prefix) ? cluster.slice(prefix.length) : undefined;
}

/** The session that a container belongs to by its labels, ours or kind's. */
export function sessionOfLabels(labels: Readonly<Record<string, string>>): string | undefined {
  return labels[sessionLabel] ?? sessionOfCluster(labels[kindClusterLabel] ?? '');
}

export function networkName(session: string): string {
  return prefix + session;
}

export function studentName(session: string): string {
  return `${prefix}${session}-student`;
}

export function witnessName(session: string): string {
  return `${prefix}${session}-witness`;
}

/** What kind puts in front of several control planes (v0.33.0, pkg/cluster/constants: ExternalLoadBalancerNodeRoleValue). */
export function loadBalancerName(session: string): string {
  return `${clusterName(session)}-external-load-balancer`;
}

/** Its name in the network's DNS and in the API server's certificate. */
export const loadBalancerAlias = 'lb';

export interface PlannedMachine {
  /** Name in the cluster: cp1, w1 … */
  readonly name: string;
  readonly role: Exclude<MachineRole, 'student'>;
  /** Name of kind's container. */
  readonly container: string;
}

/**
 * The machines of a shape, in kind's order, with kind's container names (kind v0.33.0,
 * pkg/cluster/internal/providers/docker/provision.go: role, then role2, role3 …). Spares, which we add ourselves, are named
 * as kind would name further workers.
 */
export function plannedMachines(session: string, shape: ClusterShape): PlannedMachine[] {
  const { controlPlanes, workers, spares } = shape;
  const named = (role: PlannedMachine['role'], first: number, count: number): PlannedMachine[] =>
    Array.from({ length: count }, (_, index) => {
      const number = first + index;
      const kindRole = role === 'control-plane' ? role : 'worker';
      return {
        name: `${kindRole === 'worker' ? 'w' : 'cp'}${number}`,
        role,
        container: `${clusterName(session)}-${kindRole}${number === 1 ? '' : number}`,
      };
    });
  return [
    ...named('control-plane', 1, controlPlanes),
    ...named('worker', 1, workers),
    ...named('spare', workers + 1, spares),
  ];
}

/** Names of all containers of a session of this shape. */
function containerNames(session: string, shape: ClusterShape): string[] {
  return [
    witnessName(session),
    studentName(session),
    ...plannedMachines(session, shape).map(({ container }) => container),
    ...(shape.controlPlanes > 1 ? [loadBalancerName(session)] : []),
  ];
}

/** The label of a session's network: the first thing of it on the engine names all the rest. */
export function partsOf(session: string, shape: ClusterShape): Readonly<Record<string, string>> {
  return { [partsLabel]: containerNames(session, shape).join(' ') };
}

/** The name of the machine in a container that carries kind's labels; undefined for what is no machine, such as the load balancer. */
export function machineName(container: string): string | undefined {
  const [, role, number] = /-(control-plane|worker)(\d*)$/.exec(container) ?? [];
  if (role === undefined) return undefined;
  return `${role === 'worker' ? 'w' : 'cp'}${number === '' ? 1 : number}`;
}
