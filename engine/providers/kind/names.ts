import type { ClusterShape, MachineRole } from '../provider.ts';

/** Every object of a session can be found again by these names and labels, whoever made it and however that ended. */
const prefix = 'kubewright-';

/** Label on everything that we start ourselves (kind's containers can't be labelled). */
export const sessionLabel = 'kubewright.session';
/** Which store a session belongs to: "clean" of one must not reap the sessions of another. */
export const homeLabel = 'kubewright.home';
/** kind's own label on node containers and load balancers. */
export const kindClusterLabel = 'io.x-k8s.kind.cluster';

export function clusterName(session: string): string {
  return prefix + session;
}

/** The session a kind cluster belongs to, undefined for clusters that are not ours. */
export function sessionOfCluster(cluster: string): string | undefined {
  return cluster.startsWith(prefix) ? cluster.slice(prefix.length) : undefined;
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

export interface PlannedMachine {
  /** Name in the cluster: cp1, w1 … */
  readonly name: string;
  readonly role: Exclude<MachineRole, 'student'>;
  /** Name of kind's container. */
  readonly container: string;
}

/** The machines of a shape, in kind's order, with kind's container names (kind v0.33.0, pkg/cluster/internal/providers/docker/provision.go: role, then role2, role3 …). */
export function plannedMachines(session: string, shape: ClusterShape): PlannedMachine[] {
  const cluster = clusterName(session);
  const numbered = (role: PlannedMachine['role'], short: string, count: number): PlannedMachine[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${short}${index + 1}`,
      role,
      container: `${cluster}-${role}${index === 0 ? '' : index + 1}`,
    }));
  return [...numbered('control-plane', 'cp', shape.controlPlanes), ...numbered('worker', 'w', shape.workers)];
}
