import type { CheckLane, Debrief } from '../domain/debrief.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { Recording } from '../providers/provider.ts';
import { actsOf } from './acts.ts';
import { commandsOf } from './commands.ts';
import { apiServerLanes, etcdLanes } from './control-plane-lanes.ts';
import { machineChanges } from './machine-changes.ts';
import { nodeLanes, workloadLanes } from './node-lanes.ts';
import { traceCommands } from './procedure-trace.ts';
import { serviceLanes } from './service-lanes.ts';
import { type Frame, holesBetween } from './spans.ts';

/** A look at some checks: when, and what each of them was found to be. */
export interface Look {
  readonly at: number;
  readonly results: readonly Pick<CheckResult, 'id' | 'role' | 'result'>[];
}

/** All that is known of a drill when it is judged. Times are wall clock milliseconds. */
export interface DebriefSources {
  readonly scenario: string;
  readonly title: string;
  readonly readyAt: number;
  readonly finishedAt: number;
  readonly timeline: readonly TimelineEvent[];
  readonly recordings: readonly Recording[];
  /** The trace of a procedure that was run, see procedure-trace.ts. */
  readonly trace: string;
  readonly faults: readonly { readonly at: number; readonly kind: string }[];
  /** Events of the scenario that have happened: id -> when. */
  readonly happened: Readonly<Record<string, number>>;
  readonly looks: readonly Look[];
}

/** What is shown of the time before the hand-over: the fault, and a little before it. */
const mostBeforeMs = 150_000;
const beforeFaultMs = 5_000;
/** The witness ticks every second; under load late, but not by more than this. */
const tickHoleMs = 5_000;

export function makeDebrief(sources: DebriefSources): Debrief {
  const { readyAt, finishedAt, timeline, recordings } = sources;
  const firstFault = Math.min(readyAt, ...sources.faults.map(({ at }) => at)) - beforeFaultMs;
  const frame: Frame = { zero: readyAt, from: Math.max(firstFault, readyAt - mostBeforeMs), until: finishedAt };
  const inside = ({ at }: { at: number }) => at >= frame.from - frame.zero && at <= frame.until - frame.zero;
  const ticks = timeline.flatMap((event) => (event.kind === 'tick' ? [event.at] : []));
  const typed = recordings.flatMap((recording) => commandsOf(recording, frame));
  return {
    format: 1,
    scenario: sources.scenario,
    title: sources.title,
    startedAt: frame.zero,
    from: frame.from - frame.zero,
    to: frame.until - frame.zero,
    commands: [...typed, ...traceCommands(sources.trace, frame, finishedAt)].toSorted((a, b) => a.at - b.at),
    acts: actsOf(timeline, frame),
    changes: machineChanges(timeline, frame),
    nodes: nodeLanes(timeline, frame),
    workloads: workloadLanes(timeline, frame),
    services: serviceLanes(timeline, frame),
    apiServers: apiServerLanes(timeline, frame),
    etcd: etcdLanes(timeline, frame),
    faults: sources.faults.map(({ at, kind }) => ({ at: at - frame.zero, kind })).filter(inside),
    events: Object.entries(sources.happened).map(([id, at]) => ({ id, at: at - frame.zero })),
    checks: checkLanes(sources.looks, frame),
    unseen: holesBetween(ticks, frame, tickHoleMs),
  };
}

function checkLanes(looks: readonly Look[], frame: Frame): CheckLane[] {
  const lanes = new Map<
    string,
    CheckLane & { turns: { at: number; result: CheckLane['turns'][number]['result'] }[] }
  >();
  for (const { at, results } of looks.toSorted((a, b) => a.at - b.at)) {
    for (const { id, role, result } of results) {
      const lane = lanes.get(id) ?? { id, role, turns: [] };
      lanes.set(id, lane);
      if (lane.turns.at(-1)?.result !== result) lane.turns.push({ at: Math.max(at, frame.from) - frame.zero, result });
    }
  }
  return [...lanes.values()];
}
