import { z } from 'zod';
import type { EtcdFacts, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { etcdNodes } from './etcd-record.ts';
import { listed, notSeen } from './finding.ts';
import { etcdGaps, etcdSamples, sampleAt } from './node-record.ts';
import type { Window } from './record.ts';

const schema = z.strictObject({
  /** Exactly these are the members; a member made by kubeadm is named after its machine. */
  members: z.array(z.string().min(1)).min(1),
  /** Those of them that must not be the members they were when the drill began: they have lost their data. */
  renewed: z.array(z.string().min(1)).optional(),
});
type Spec = z.infer<typeof schema>;

export const etcdMembersCheck: CheckDefinition<Spec> = {
  kind: 'etcd-members',
  summary: 'etcd has exactly these members, and each of them answers as a started voter of one and the same cluster.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    return judgeMembers(await context.timeline(), context, spec);
  },
};

/** By what the members themselves answered last, each on its own machine: a list alone also shows members long dead. */
export function judgeMembers(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const names = listed(spec.members);
  const expected = `${spec.members.length === 1 ? `${names} is the only member of etcd, a started voter that answers` : `the members of etcd are ${names}, each of them a started voter that answers`}${
    spec.renewed === undefined ? '' : `; ${listed(spec.renewed)} as a new member`
  }`;
  const now = { since: window.until - 1, until: window.until };
  const gaps = spec.members.flatMap((node) => etcdGaps(timeline, node, now));
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);

  const answers = new Map<string, EtcdFacts>();
  for (const node of new Set([...spec.members, ...etcdNodes(timeline)])) {
    const answer = sampleAt(etcdSamples(timeline, node), window.until)?.answer;
    if (answer !== undefined) answers.set(node, answer);
  }
  const led = spec.members.filter((name) => (answers.get(name)?.leader ?? '') !== '');
  if (led.length === 0) {
    return {
      result: 'failed',
      expected,
      found:
        answers.size === 0
          ? 'no member of etcd answers'
          : `${listed([...answers.keys()])} ${answers.size === 1 ? 'answers' : 'answer'}, but there is no leader`,
      meaning:
        'Without a majority of its members etcd takes no write and answers no read that has to be current: the API server can neither change nor truly look at the cluster.',
    };
  }
  const problems = [
    ...spec.members.flatMap((name) => whatIsWrongWith(name, answers.get(name))),
    ...new Set(led.flatMap((name) => whatIsWrongInList(answers.get(name)?.members ?? [], spec.members))),
    ...[...answers.keys()].filter((node) => !spec.members.includes(node)).map((node) => `etcd answers on ${node}, too`),
    ...(new Set(led.map((name) => answers.get(name)?.clusterId)).size > 1
      ? ['the members are of different clusters']
      : []),
  ];
  if (problems.length > 0) {
    return {
      result: 'failed',
      expected,
      found: listed(problems),
      meaning:
        'Every voter in the list counts for the majority, whether it is alive or not. One that is missing, dead, half-added or of another cluster is one failure less that etcd survives.',
    };
  }
  const same = sameAsBefore(timeline, window, spec, answers);
  if (same === undefined) {
    return {
      result: 'errored',
      expected,
      found: 'the record has no list of members from the start of the drill',
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  if (same.length > 0) {
    return {
      result: 'failed',
      expected,
      found: `${listed(same)} at the start, and still ${same.length === 1 ? 'is' : 'are'}`,
      meaning:
        'A member answers for what it has once confirmed. One that lost its disk cannot, and the others do not know: under the old identity it may vote away what was already promised. It has to leave and come back as a new one.',
    };
  }
  return {
    result: 'passed',
    expected,
    found: `${listed(spec.members.map((name) => `${name} is ${answers.get(name)?.memberId}`))}`,
    meaning: 'Each member in the list is one that votes, and no vote is missing.',
  };
}

function whatIsWrongWith(name: string, answer: EtcdFacts | undefined): string[] {
  if (answer === undefined) return [`etcd on ${name} does not answer`];
  if (answer.leader === '') return [`etcd on ${name} answers, but knows no leader`];
  const own = answer.members.find((member) => member.name === name);
  if (own !== undefined && own.id !== answer.memberId) {
    return [`etcd on ${name} is member ${answer.memberId}, and the list has ${own.id} for it`];
  }
  return [];
}

function whatIsWrongInList(list: EtcdFacts['members'], wanted: readonly string[]): string[] {
  const called = (id: string, name: string) => (name === '' ? `member ${id}` : `${name} (${id})`);
  return [
    ...wanted
      .filter((name) => !list.some((member) => member.name === name))
      .map((name) => `no member is named ${name}`),
    ...list.flatMap(({ id, name, learner, peerUrls }, index) => [
      ...(name === '' ? [`member ${id} was added and has never started`] : []),
      ...(name !== '' && !wanted.includes(name) ? [`${called(id, name)} still is a member`] : []),
      ...(list.findIndex((other) => other.name === name) < index && name !== '' ? [`${name} is a member twice`] : []),
      ...(learner ? [`${called(id, name)} is a learner and does not vote`] : []),
      ...(peerUrls.some((url) => !url.startsWith('https://'))
        ? [`${called(id, name)} is to be reached at ${listed(peerUrls)}, without TLS`]
        : []),
    ]),
  ];
}

/** Which of the members that had to be renewed are those of the start; undefined when the start is not known. */
function sameAsBefore(
  timeline: readonly TimelineEvent[],
  window: Window,
  spec: Spec,
  answers: ReadonlyMap<string, EtcdFacts>,
): string[] | undefined {
  if (spec.renewed === undefined) return [];
  const before = etcdNodes(timeline)
    .map((node) => sampleAt(etcdSamples(timeline, node), window.since)?.answer?.members ?? [])
    .find((list) => list.length > 0);
  if (before === undefined) return undefined;
  return spec.renewed.flatMap((name) => {
    const id = answers.get(name)?.memberId;
    return before.some((member) => member.name === name && member.id === id) ? [`${name} was member ${id}`] : [];
  });
}
