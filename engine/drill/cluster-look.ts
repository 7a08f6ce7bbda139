import type { ClusterLook, PodLook, ServiceLook } from '../domain/aids.ts';
import type { NodeFacts, PodFacts, TimelineEvent } from '../domain/timeline.ts';

/** Traffic is written once a second; what is judged by eye is the last few of them. */
const trafficWindowMs = 3_500;
/** Without a tick (one a second) for so long, the witness says nothing. */
const silentAfterMs = 6_000;

const ownNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage', 'markers'];
/** How the pods of a workload call themselves, the first label that is there. */
const nameLabels = ['app', 'app.kubernetes.io/name', 'k8s-app', 'name'];

/** Follows the witness's record event by event, and says what the cluster looks like by it. */
export interface ClusterWatch {
  take(event: TimelineEvent): void;
  /** @param now wall clock of the witness, which is this machine's */
  look(now: number): ClusterLook;
}

interface Traffic {
  readonly at: number;
  readonly sent: number;
  readonly ok: number;
}

export function createClusterWatch(): ClusterWatch {
  const nodes = new Map<string, NodeFacts>();
  const pods = new Map<string, PodFacts>();
  const apiServers = new Map<string, boolean>();
  const traffic = new Map<string, Traffic[]>();
  let lastTick = 0;

  return {
    take(event) {
      if (event.kind === 'tick') lastTick = event.at;
      else if (event.kind === 'node') {
        if (event.change === 'present') nodes.set(event.node.name, event.node);
        else nodes.delete(event.node.name);
      } else if (event.kind === 'pod') {
        if (event.change === 'present') pods.set(event.pod.uid, event.pod);
        else pods.delete(event.pod.uid);
      } else if (event.kind === 'apiserver') apiServers.set(event.node, event.version !== undefined);
      else if (event.kind === 'traffic') {
        const { at, sent, ok } = event;
        const known = traffic.get(event.service) ?? [];
        traffic.set(event.service, [...known.filter((other) => other.at > at - trafficWindowMs), { at, sent, ok }]);
      }
    },

    look: (now) => ({
      nodes: [...nodes.values()]
        .toSorted((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }))
        .map(({ name, ready, unschedulable, kubeletVersion }) => ({
          name,
          ready,
          cordoned: unschedulable,
          version: kubeletVersion,
        })),
      workloads: workloadsOf([...pods.values()]),
      services: [...traffic].map(([name, seen]): ServiceLook => ({ name, state: stateOf(seen, now) })),
      api: apiServers.size > 0 && [...apiServers.values()].every((answers) => !answers) ? 'silent' : 'answers',
      witness: now - lastTick > silentAfterMs ? 'silent' : 'records',
    }),
  };
}

function stateOf(seen: readonly Traffic[], now: number): ServiceLook['state'] {
  const recent = seen.filter(({ at }) => at > now - trafficWindowMs - silentAfterMs);
  const sent = recent.reduce((sum, each) => sum + each.sent, 0);
  const ok = recent.reduce((sum, each) => sum + each.ok, 0);
  if (sent === 0) return 'unseen';
  if (ok === sent) return 'up';
  return ok === 0 ? 'down' : 'partly';
}

function workloadsOf(pods: readonly PodFacts[]): ClusterLook['workloads'] {
  const groups = new Map<string, PodLook[]>();
  for (const pod of pods) {
    if (ownNamespaces.includes(pod.namespace)) continue;
    const label = nameLabels.map((key) => pod.labels[key]).find((value) => value !== undefined);
    const name = `${pod.namespace}/${label ?? pod.name}`;
    groups.set(name, [...(groups.get(name) ?? []), { name: pod.name, node: pod.node, state: stateOfPod(pod) }]);
  }
  return [...groups]
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(([name, members]) => ({ name, pods: members.toSorted((left, right) => left.name.localeCompare(right.name)) }));
}

function stateOfPod(pod: PodFacts): PodLook['state'] {
  if (pod.phase === 'Failed') return 'failed';
  if (pod.phase === 'Succeeded') return 'done';
  if (pod.terminating) return 'ending';
  return pod.ready ? 'ready' : 'waiting';
}
