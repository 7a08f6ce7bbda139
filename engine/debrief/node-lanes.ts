import type { Debrief, NodeSpan, PodStep } from '../domain/debrief.ts';
import type { PodFacts, TimelineEvent } from '../domain/timeline.ts';
import { type Frame, spansOf, type Turn } from './spans.ts';

type NodeState = Omit<NodeSpan, 'from' | 'to'>;

/** What each node said of itself through the API: ready, cordoned, version. */
export function nodeLanes(timeline: readonly TimelineEvent[], frame: Frame): Debrief['nodes'] {
  const turns = new Map<string, Turn<NodeState>[]>();
  for (const event of timeline) {
    if (event.kind !== 'node' || event.at > frame.until) continue;
    const { name, ready, unschedulable, kubeletVersion } = event.node;
    const state: NodeState =
      event.change === 'gone'
        ? { ready: 'absent', cordoned: false, version: '' }
        : { ready, cordoned: unschedulable, version: kubeletVersion };
    turns.set(name, [...(turns.get(name) ?? []), { at: event.at, state }]);
  }
  return [...turns]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, of]) => ({ name, spans: spansOf(of, frame) }));
}

/** Namespaces of the cluster's own parts: what of them matters has lanes of its own. */
const systemNamespaces: ReadonlySet<string> = new Set(['kube-system', 'local-path-storage', 'kube-node-lease']);

/** How many pods of each application are there and Ready. Finished pods do not count. */
export function workloadLanes(timeline: readonly TimelineEvent[], frame: Frame): Debrief['workloads'] {
  const pods = new Map<string, PodFacts>();
  const lanes = new Map<string, PodStep[]>();
  const changed = new Set<string>();
  let at = frame.from;
  const flush = () => {
    for (const name of changed) {
      const of = [...pods.values()].filter((pod) => workloadOf(pod) === name && isCounted(pod));
      const step = { at: at - frame.zero, ready: of.filter(isServing).length, total: of.length };
      const steps = lanes.get(name) ?? [];
      const last = steps.at(-1);
      lanes.set(name, steps);
      if (last?.at === step.at) steps.pop();
      const before = steps.at(-1);
      if (before?.ready !== step.ready || before.total !== step.total) steps.push(step);
    }
    changed.clear();
  };
  for (const event of timeline) {
    if (event.kind !== 'pod' || event.at > frame.until || systemNamespaces.has(event.pod.namespace)) continue;
    if (event.at > at) {
      flush();
      at = Math.max(event.at, frame.from);
    }
    const key = `${event.pod.namespace}/${event.pod.name}`;
    if (event.change === 'gone') pods.delete(key);
    else pods.set(key, event.pod);
    changed.add(workloadOf(event.pod));
  }
  flush();
  return [...lanes]
    .map(([name, steps]) => ({ name, steps }))
    .filter(({ steps }) => steps.some((step) => step.total > 0))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function workloadOf(pod: PodFacts): string {
  return `${pod.namespace}/${pod.labels['app'] ?? pod.labels['k8s-app'] ?? withoutSuffix(pod.name)}`;
}

function isCounted(pod: PodFacts): boolean {
  return pod.phase !== 'Succeeded' && pod.phase !== 'Failed';
}

function isServing(pod: PodFacts): boolean {
  return pod.ready && !pod.terminating;
}

/** A pod's name without what its controller has drawn: "api-7c9f8d6b5f-x2x4z" and "agent-k8r2p" are "api" and "agent". */
export function withoutSuffix(name: string): string {
  // Letters and digits that Kubernetes draws from: k8s.io/apimachinery/pkg/util/rand.
  return name
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/, '')
    .replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}$/, '');
}
