import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { act, at, witnessed } from './record-builder.ts';

export const from = 'v1.34.4';
export const to = 'v1.35.4';

/** What the node's reporter says: the program file's version and when the process started, in seconds of the drill. */
export function machine(
  second: number,
  node: string,
  kubelet: string,
  startedSecond: number | 'crashing' | 'stopped',
): TimelineEvent {
  const runs = typeof startedSecond === 'number';
  const active = runs ? 'active' : startedSecond === 'crashing' ? 'activating' : 'inactive';
  return {
    at: at(second),
    kind: 'machine',
    node,
    report: {
      bootedAt: at(-300),
      units: { kubelet: { active, file: 'enabled', startedAt: runs ? at(startedSecond) : 0 } },
      programs: { kubelet },
      files: {},
      manifests: {},
    },
  };
}

/** kubeadm of that version upgrades the kubelet configuration of the node. */
export function kubeadmUpgrade(second: number, node: string, version = to): TimelineEvent {
  return act(second, {
    user: `system:node:${node}`,
    userAgent: `kubeadm/${version} (linux/amd64) kubernetes/abc`,
    verb: 'patch',
    resource: 'nodes',
    namespace: '',
    name: node,
  });
}

/** A record of the nodes cp1, w1 and w2 from before the drill, with the API server's version at every second. */
export function upgradeRecord(
  untilSecond: number,
  events: readonly TimelineEvent[],
  options: {
    readonly server?: (second: number) => string | undefined;
    readonly asked?: (second: number) => boolean;
    readonly heard?: (second: number) => boolean;
    readonly echoed?: (second: number) => boolean;
  } = {},
): TimelineEvent[] {
  const { server = () => from, asked = () => true, heard = () => true, echoed = () => true } = options;
  const nodes = ['cp1', 'w1', 'w2'];
  const all: TimelineEvent[] = nodes.map((node) => machine(-5, node, from, -200));
  for (let second = -5; second <= untilSecond; second += 1) {
    const version = server(second);
    if (asked(second)) {
      all.push({ at: at(second), kind: 'apiserver', node: 'cp1', ...(version === undefined ? {} : { version }) });
    }
    if (heard(second)) for (const node of nodes) all.push({ at: at(second), kind: 'machine-alive', node });
  }
  const answered = (second: number) => server(second) !== undefined;
  return witnessed(untilSecond, [...all, ...events], { answered, echoed });
}
