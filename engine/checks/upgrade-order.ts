import { z } from 'zod';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import type { Gap, Window } from './record.ts';
import { judgeControlPlaneFirst } from './upgrade-order-control-plane.ts';
import { judgeDrained } from './upgrade-order-drained.ts';
import { judgeKubeadmFirst } from './upgrade-order-kubeadm.ts';
import { judgeOneAtATime } from './upgrade-order-one-node.ts';

const rules = {
  /** No worker's kubelet is replaced before the API servers of all control planes are of that release. */
  controlPlaneFirst: judgeControlPlaneFirst,
  /** "kubeadm upgrade" of that release has run on a node before its kubelet is replaced. */
  kubeadmFirst: judgeKubeadmFirst,
  /** A node is drained when its kubelet is replaced. */
  drained: judgeDrained,
  /** At most one node is out of service at a time. */
  oneAtATime: judgeOneAtATime,
} as const satisfies Record<string, Rule>;

type Rule = (timeline: readonly TimelineEvent[], window: Window) => RuleFinding;

/** What one rule saw. A violation that was seen counts even when the record has gaps elsewhere. */
export interface RuleFinding {
  readonly expected: string;
  readonly violation?: { readonly found: string; readonly meaning: string };
  /** Times about which the record does not say what the rule needs. */
  readonly gaps: readonly Gap[];
  /** What was seen where nothing was violated. */
  readonly kept: string;
}

const on = z.literal(true).optional();
const schema = z
  .strictObject({ controlPlaneFirst: on, kubeadmFirst: on, drained: on, oneAtATime: on })
  .refine((spec) => Object.values(spec).includes(true), {
    message: `switch on at least one rule: ${Object.keys(rules).join(', ')}`,
  });
type Spec = z.infer<typeof schema>;

export const upgradeOrderCheck: CheckDefinition<Spec> = {
  kind: 'upgrade-order',
  summary:
    'The kubelets were replaced in the order of a supported upgrade: each rule that is switched on held all the time.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeOrder(await context.timeline(), context, spec);
  },
};

/** All rules that are switched on hold, or the finding tells of each that was broken. */
export function judgeOrder(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const findings = Object.entries(rules)
    .filter(([name]) => spec[name as keyof typeof rules] === true)
    .map(([, judge]) => judge(timeline, window));
  const expected = findings.map((finding) => finding.expected).join('; ');
  const violations = findings.flatMap((finding) => finding.violation ?? []);
  if (violations.length > 0) {
    return {
      result: 'failed',
      expected,
      found: violations.map(({ found }) => found).join('; '),
      meaning: violations.map(({ meaning }) => meaning).join(' '),
    };
  }
  const gaps = findings.flatMap((finding) => finding.gaps);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'passed',
    expected,
    found: findings.map(({ kept }) => kept).join('; '),
    meaning: 'Each step was taken when what it rests on was in place.',
  };
}
