import { z } from 'zod';
import type { Act, PodFacts, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import { actor, isLearnersAct } from './attribution.ts';
import type { CheckDefinition } from './check.ts';
import { listed, notSeen } from './finding.ts';
import { gapsOf, moment, nameOf, type Window } from './record.ts';

const schema = z.strictObject({
  /** Only pods of this namespace; all namespaces without it. */
  namespace: z.string().min(1).optional(),
  /** Names of pods that may be deleted by hand. */
  except: z.array(z.string().min(1)).optional(),
});
type Spec = z.infer<typeof schema>;

export const evictionsOnlyCheck: CheckDefinition<Spec> = {
  kind: 'evictions-only',
  summary: 'The learner removed pods only by eviction, never by deleting them around their budget.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeEvictionsOnly(await context.timeline(), context, spec);
  },
};

/** A deletion that was seen counts even when the audit trail has gaps elsewhere. */
export function judgeEvictionsOnly(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const where = spec.namespace === undefined ? '' : ` in namespace ${spec.namespace}`;
  const expected = `pods${where} are moved by eviction, none is deleted by hand`;
  const harmless = podsOfNoConcern(timeline, window);
  const deletions = timeline
    .flatMap((event) => (event.kind === 'act' ? [event.act] : []))
    .filter((act) => act.requestedAt >= window.since && act.requestedAt <= window.until)
    .filter((act) => isDeletionOfPods(act) && isLearnersAct(act))
    .filter((act) => spec.namespace === undefined || act.namespace === spec.namespace || act.namespace === '')
    // A whole collection has no name: it is never excused by one.
    .filter((act) => act.name === '' || !(spec.except ?? []).includes(act.name))
    .filter((act) => act.name === '' || !harmless(nameOf(act), act.requestedAt));
  if (deletions.length > 0) {
    return {
      result: 'failed',
      expected,
      found: listed(deletions.map((act) => describe(act, window.since))),
      meaning:
        'A DELETE does not ask the PodDisruptionBudget; only an eviction does. "kubectl drain --disable-eviction", "kubectl delete pod" and "kubectl replace --force" all delete.',
    };
  }
  const gaps = gapsOf(timeline, window, ['audit']);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'passed',
    expected,
    found: 'no pod was deleted by hand',
    meaning: 'Every removal went past the budgets, and they had their say.',
  };
}

/** Only what the server did: a deletion that was refused, or found nothing, removed nothing. */
function isDeletionOfPods(act: Act): boolean {
  const deletes = act.verb === 'delete' || act.verb === 'deletecollection';
  return deletes && act.resource === 'pods' && act.subresource === '' && act.code >= 200 && act.code < 300;
}

function describe(act: Act, since: number): string {
  const what = act.name === '' ? `all pods of ${act.namespace}` : `${act.namespace}/${act.name}`;
  return `${what} deleted by ${actor(act)} at ${moment(act.requestedAt, since)}`;
}

/**
 * Pods whose deletion takes nothing from anybody: bare pods that came up during the drill (the learner's own, such as
 * those of kubectl run and kubectl debug) and pods that had finished.
 */
function podsOfNoConcern(timeline: readonly TimelineEvent[], window: Window): (name: string, at: number) => boolean {
  const lives = new Map<string, { readonly at: number; readonly facts: PodFacts }[]>();
  for (const event of timeline) {
    if (event.kind !== 'pod' || event.change !== 'present') continue;
    const name = nameOf(event.pod);
    lives.set(name, [...(lives.get(name) ?? []), { at: event.at, facts: event.pod }]);
  }
  return (name, at) => {
    const seen = lives.get(name) ?? [];
    const latest = seen.findLast((life) => life.at <= at);
    if (latest === undefined) return false;
    const firstSeen = seen.find((life) => life.facts.uid === latest.facts.uid)?.at ?? 0;
    const own = latest.facts.owner === '' && firstSeen > window.since;
    return own || latest.facts.phase === 'Succeeded' || latest.facts.phase === 'Failed';
  };
}
