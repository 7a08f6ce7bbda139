import type { Window } from '../checks/record.ts';
import type { HostLoad, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';

/**
 * A machine that has no time for the session, because others use it, loses requests and lets probes of pods fail,
 * whatever the learner does. What the record shows in such a time is no evidence against anybody, and none for them
 * either: a check that fails with it and would not without it is errored. A session that starves itself is no such case:
 * what a procedure takes out of its own machines is a part of it.
 */

/** Tasks that wait for each core: with more, little is done within the second that a request or a probe may take. */
const crowdedFrom = 4;
/**
 * Share of the host's CPU time that others use: with less, it is not they who keep the session waiting. Measured on two
 * slow cores: a drill alone, all of its pods begun anew at once, has 4 to 19 waiting and 0.02 to 0.3 used by others, the
 * engine among them; beside programs that use all they get, which made a right procedure lose requests, 20 to 60 and
 * 0.55 to 0.84.
 */
const othersFrom = 0.35;
/** What a starved kube-proxy writes late, or a pod that begins late, is felt some seconds after. */
const feltMs = 5_000;
/** A line of traffic is of a second that begins then, and the last of its answers may take another one. */
const lineMs = 2_000;

/** How starved the machine was in the judged time: for how many seconds, and the means of those. */
export interface Hunger extends Required<HostLoad> {
  readonly seconds: number;
}

/** The record without what is no evidence. */
export interface Fed {
  readonly timeline: readonly TimelineEvent[];
  readonly hunger: Hunger;
}

/**
 * What the record would say if nothing had gone wrong just because the machine was starved; undefined when that is what
 * it says.
 */
export function withoutStarvation(timeline: readonly TimelineEvent[], window: Window): Fed | undefined {
  const hungry = timeline.filter(isStarved).filter(({ at }) => at > window.since && at <= window.until + lineMs);
  if (hungry.length === 0) return undefined;
  const isFelt = (at: number) => hungry.some((tick) => tick.at >= at - feltMs && tick.at <= at + lineMs);
  const ready = new Set<string>();
  const fed = timeline.map((event) => {
    if (event.kind === 'traffic' && event.ok < event.sent && isFelt(event.at)) return answered(event);
    if (event.kind !== 'pod') return event;
    const { uid, phase, terminating } = event.pod;
    if (event.change === 'gone' || terminating || phase !== 'Running') ready.delete(uid);
    else if (event.pod.ready) ready.add(uid);
    // Only its probe can have made it so: it runs, and nobody has asked it to end.
    else if (ready.has(uid) && isFelt(event.at)) return { ...event, pod: { ...event.pod, ready: true } };
    return event;
  });
  if (fed.every((event, index) => event === timeline[index])) return undefined;
  const mean = (of: (tick: StarvedTick) => number) => hungry.reduce((sum, tick) => sum + of(tick), 0) / hungry.length;
  const hunger = { seconds: hungry.length, waiting: mean((tick) => tick.waiting), others: mean((tick) => tick.others) };
  return { timeline: fed, hunger };
}

type StarvedTick = Required<Extract<TimelineEvent, { kind: 'tick' }>>;

function isStarved(event: TimelineEvent): event is StarvedTick {
  if (event.kind !== 'tick' || event.waiting === undefined || event.others === undefined) return false;
  return event.waiting >= crowdedFrom && event.others >= othersFrom;
}

function answered(line: Extract<TimelineEvent, { kind: 'traffic' }>): TimelineEvent {
  const { at, kind, service, node, sent } = line;
  return { at, kind, service, node, sent, ok: sent };
}

/** The finding of a check that fails only with what a starved machine did. */
export function starvedFinding(failed: CheckFinding, { seconds, waiting, others }: Hunger): CheckFinding {
  return {
    result: 'errored',
    starved: true,
    expected: failed.expected,
    found: `${failed.found}; but for ${seconds} s of the drill this machine was starved by others: they used ${Math.round(100 * others)} % of its CPU time, and ${Math.round(waiting)} tasks waited for each core`,
    meaning:
      'Whether your work or the starved machine is to blame cannot be told, so nothing is held against you. Do it again with less beside it: stop what else runs on this machine (kubewright sessions lists its clusters), or give it more cores.',
  };
}
