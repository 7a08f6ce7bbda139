import type { EtcdFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { at, witnessed } from './record-builder.ts';

type Member = EtcdFacts['members'][number];

const controlPlanes = ['cp1', 'cp2', 'cp3'] as const;

/** A member as kubeadm makes it; its id is its name with 0 behind it. */
export function member(name: string, facts: Partial<Member> = {}): Member {
  return { id: `${name}0`, name, peerUrls: [`https://${name}:2380`], learner: false, ...facts };
}

export const wholeList: readonly Member[] = controlPlanes.map((name) => member(name));

/** What the member on that node answers: led by cp1, and listing all three, unless said otherwise. */
export function facts(node: string, more: Partial<EtcdFacts> = {}): EtcdFacts {
  return {
    clusterId: 'c',
    memberId: `${node}0`,
    leader: 'cp10',
    version: '3.6.5',
    revision: 1000,
    raftTerm: 2,
    raftIndex: 1000,
    dbSize: 1,
    dbSizeInUse: 1,
    alarms: [],
    members: wholeList,
    ...more,
  };
}

/** A record of three members, each asked every second from before the drill; `answer` says what each of them answers. */
export function haRecord(
  untilSecond: number,
  answer: (second: number, node: string) => EtcdFacts | undefined = (_second, node) => facts(node),
  options: { readonly asked?: (second: number, node: string) => boolean } = {},
): TimelineEvent[] {
  const { asked = () => true } = options;
  const events: TimelineEvent[] = [];
  for (let second = -5; second <= untilSecond; second += 1) {
    for (const node of controlPlanes) {
      if (!asked(second, node)) continue;
      const said = answer(second, node);
      events.push({ at: at(second), kind: 'etcd', node, ...(said === undefined ? {} : { facts: said }) });
    }
  }
  return witnessed(untilSecond, events);
}
