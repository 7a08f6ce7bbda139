import type { Act, NodeFacts, PdbFacts, PodFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';

/** Times in tests are seconds after the start of the drill; the drill starts at this wall clock time. */
export const start = Date.UTC(2026, 0, 2, 14, 0, 0);
export const at = (second: number): number => start + second * 1000;
export const drill = (untilSecond: number) => ({ since: start, until: at(untilSecond) });

export function node(second: number, facts: Partial<NodeFacts> & { change?: 'present' | 'gone' } = {}): TimelineEvent {
  const { change = 'present', ...rest } = facts;
  const name = rest.name ?? 'w1';
  return {
    at: at(second),
    kind: 'node',
    change,
    node: { name, uid: `uid-${name}`, ready: 'True', unschedulable: false, kubeletVersion: 'v1.34.4', ...rest },
  };
}

export function pod(second: number, facts: Partial<PodFacts> & { change?: 'present' | 'gone' } = {}): TimelineEvent {
  const { change = 'present', ...rest } = facts;
  const name = rest.name ?? 'web-1';
  return {
    at: at(second),
    kind: 'pod',
    change,
    pod: {
      namespace: 'shop',
      name,
      uid: `uid-${name}`,
      node: 'w1',
      labels: { app: 'web' },
      phase: 'Running',
      ready: true,
      terminating: false,
      owner: 'ReplicaSet',
      ...rest,
    },
  };
}

export function pdb(second: number, facts: Partial<PdbFacts> & { change?: 'present' | 'gone' } = {}): TimelineEvent {
  const { change = 'present', ...rest } = facts;
  return {
    at: at(second),
    kind: 'pdb',
    change,
    pdb: {
      namespace: 'shop',
      name: 'api-pdb',
      uid: 'uid-api-pdb',
      spec: '{"minAvailable":2}',
      disruptionsAllowed: 0,
      ...rest,
    },
  };
}

export function act(second: number, facts: Partial<Act> = {}): TimelineEvent {
  return { at: at(second) + 300, kind: 'act', act: { ...deletion, requestedAt: at(second), ...facts } };
}

/** The learner deletes a pod with kubectl. */
export const deletion: Act = {
  requestedAt: start,
  user: 'learner',
  userAgent: 'kubectl/v1.34.4 (linux/amd64) kubernetes/abc',
  verb: 'delete',
  resource: 'pods',
  subresource: '',
  namespace: 'shop',
  name: 'web-1',
  code: 200,
};

export function traffic(second: number, ok: number, options: { sent?: number; node?: string } = {}): TimelineEvent {
  const { sent = 5, node: through = 'cp1' } = options;
  return {
    at: at(second),
    kind: 'traffic',
    service: 'shop/web',
    node: through,
    sent,
    ok,
    ...(ok < sent ? { lastError: 'connection refused' } : {}),
  };
}

/** A witness at work from five seconds before the drill: ticks, answered beats with their echoes, watches taken up. */
export function witnessed(
  untilSecond: number,
  events: readonly TimelineEvent[] = [],
  options: {
    readonly ticking?: (second: number) => boolean;
    readonly answered?: (second: number) => boolean;
    readonly echoed?: (second: number) => boolean;
  } = {},
): TimelineEvent[] {
  const { ticking = () => true, answered = () => true, echoed = () => true } = options;
  const all: TimelineEvent[] = [{ at: at(-5), kind: 'started' }];
  for (const resource of ['nodes', 'pods', 'poddisruptionbudgets'] as const) {
    all.push({ at: at(-5), kind: 'watch', resource, state: 'listed' });
  }
  for (let second = -5; second <= untilSecond; second += 1) {
    if (ticking(second)) all.push({ at: at(second), kind: 'tick' });
    if ((second + 5) % 2 !== 0) continue;
    const beat = (second + 5) / 2 + 1;
    const ok = answered(second);
    all.push({ at: at(second), kind: 'beat', beat, ok });
    if (ok && echoed(second) && second + 1 <= untilSecond) all.push({ at: at(second + 1), kind: 'echo', beat });
  }
  all.push(...events);
  // Stable: what was recorded at the same time keeps its order.
  return all.toSorted((a, b) => a.at - b.at);
}

export function watch(
  second: number,
  state: 'listed' | 'lost',
  resource: 'nodes' | 'pods' | 'poddisruptionbudgets' = 'pods',
): TimelineEvent {
  return { at: at(second), kind: 'watch', resource, state };
}
