import { actor, isLearnersAct } from '../checks/attribution.ts';
import type { DebriefAct } from '../domain/debrief.ts';
import type { Act, TimelineEvent } from '../domain/timeline.ts';
import { withoutSuffix } from './node-lanes.ts';
import type { Frame } from './spans.ts';

/** Writes that clients make on the way and nobody means. */
const byTheWay: ReadonlySet<string> = new Set([
  'events',
  'leases',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews',
  'subjectaccessreviews',
  'tokenreviews',
]);

/** Equal acts within this time of each other are one, such as a drain that asks again every five seconds. */
const togetherMs = 15_000;
const mostActs = 1_000;

/** What the learner did through the API, in the order of the requests. */
export function actsOf(timeline: readonly TimelineEvent[], frame: Frame): readonly DebriefAct[] {
  const acts: DebriefAct[] = [];
  const requests = timeline
    .flatMap((event) => (event.kind === 'act' && isMeant(event.act) ? [event.act] : []))
    .filter((act) => act.requestedAt >= frame.zero && act.requestedAt <= frame.until)
    .toSorted((a, b) => a.requestedAt - b.requestedAt);
  for (const act of requests) {
    const at = act.requestedAt - frame.zero;
    const text = wordsOf(act);
    const same = acts.findLastIndex((one) => one.text === text && at - one.lastAt <= togetherMs);
    const known = acts[same];
    if (known !== undefined) {
      // What it came to in the end is what was done.
      acts[same] = { ...known, lastAt: at, count: known.count + 1, code: act.code, key: keyOf(act) };
    } else if (acts.length < mostActs) {
      acts.push({ at, lastAt: at, count: 1, text, key: keyOf(act), who: actor(act), code: act.code });
    }
  }
  return acts;
}

function isMeant(act: Act): boolean {
  return isLearnersAct(act) && !byTheWay.has(act.resource) && act.subresource !== 'token';
}

function wordsOf(act: Act): string {
  return `${deedOf(act)} ${placeOf(act, act.name)}`.trim();
}

/** Pods of one application are one: which of them it was differs from run to run. A refused request is another deed than one that was done. */
function keyOf(act: Act): string {
  const name = act.resource === 'pods' ? withoutSuffix(act.name) : act.name;
  return `${deedOf(act)} ${placeOf(act, name)}${act.code >= 400 ? ' refused' : ''}`;
}

function placeOf(act: Act, name: string): string {
  return [act.namespace, name].filter((part) => part !== '').join('/');
}

function deedOf({ verb, resource, subresource, unschedulable }: Act): string {
  const thing = singular(resource);
  if (subresource === 'eviction') return 'evict pod';
  if (subresource === 'scale') return `scale ${thing}`;
  if (subresource === 'exec' || subresource === 'attach') return `exec into ${thing}`;
  if (resource === 'nodes' && unschedulable !== undefined) return unschedulable ? 'cordon node' : 'uncordon node';
  const words = verb === 'deletecollection' ? 'delete all' : verb === 'patch' || verb === 'update' ? 'change' : verb;
  return `${words} ${thing}${subresource === '' ? '' : ` (${subresource})`}`;
}

function singular(resource: string): string {
  if (resource === 'poddisruptionbudgets') return 'budget';
  return resource
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^s])s$/, '$1');
}
