import { z } from 'zod';
import type { PodFacts, TimelineEvent } from '../domain/timeline.ts';
import type { CheckFinding } from '../domain/verdict.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { gapsOf, moment, replay, seconds, type Window } from './record.ts';

const schema = z.strictObject({
  namespace: z.string().min(1),
  selector: z.record(z.string().min(1), z.string()).refine((labels) => Object.keys(labels).length > 0, {
    message: 'name at least one label',
  }),
  min: z.int().min(1),
});
type Spec = z.infer<typeof schema>;

/**
 * A list that is taken anew arrives object by object: the old pod goes a few milliseconds before its successor is
 * there. A real loss lasts longer, since no pod is started and Ready within this time.
 */
const blinkMs = 250;

export const podFloorCheck: CheckDefinition<Spec> = {
  kind: 'pod-floor',
  summary: 'The number of Ready pods with these labels never fell below a floor.',
  schema,
  modes: ['hold'],
  async evaluate(context, spec) {
    return judgeFloor(await context.timeline(), context, spec);
  },
};

/**
 * What was missing already at the start is the fault's doing: the floor starts at what was there and rises with every
 * pod that comes back, up to min. A breach that was seen counts even when the record has gaps elsewhere.
 */
export function judgeFloor(timeline: readonly TimelineEvent[], window: Window, spec: Spec): CheckFinding {
  const labels = Object.entries(spec.selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const expected = `never fewer than ${spec.min} Ready pods ${labels} in namespace ${spec.namespace}`;
  const counts = countReady(timeline, window, spec);
  const breaches = findBreaches(counts, window.until, spec.min).filter((breach) => breach.to - breach.from >= blinkMs);
  const worst = breaches.toSorted((a, b) => a.lowest - b.lowest || b.to - b.from - (a.to - a.from))[0];
  if (worst !== undefined) {
    const totalMs = breaches.reduce((sum, breach) => sum + breach.to - breach.from, 0);
    const times = breaches.length === 1 ? '' : `, and ${breaches.length} times (${seconds(totalMs)}) in all`;
    return {
      result: 'failed',
      expected,
      found: `${worst.lowest} Ready at ${moment(worst.lowestAt, window.since)}, below the floor for ${seconds(worst.to - worst.from)}${times}`,
      meaning:
        'The service ran with less than what was promised for it. One more failure in that time, and its users would have noticed.',
    };
  }
  const gaps = gapsOf(timeline, window, ['pods']);
  if (gaps.length > 0) return notSeen(expected, gaps, window.since);
  return {
    result: 'passed',
    expected,
    found: `never fewer than ${Math.min(...counts.map((step) => step.ready))} Ready`,
    meaning: 'The service kept what was promised for it, at every moment.',
  };
}

export interface Step {
  readonly at: number;
  readonly ready: number;
}

export interface Breach {
  readonly from: number;
  readonly to: number;
  readonly lowest: number;
  readonly lowestAt: number;
}

/** The times at which the count is below the floor, see judgeFloor. The first step is the start. */
export function findBreaches(steps: readonly Step[], until: number, min: number): Breach[] {
  const breaches: Breach[] = [];
  let floor = 0;
  let open: Breach | undefined;
  for (const [index, step] of steps.entries()) {
    const to = steps[index + 1]?.at ?? until;
    floor = Math.max(floor, Math.min(min, step.ready));
    if (step.ready >= floor) {
      if (open !== undefined) breaches.push(open);
      open = undefined;
    } else if (open === undefined) open = { from: step.at, to, lowest: step.ready, lowestAt: step.at };
    else if (step.ready < open.lowest) open = { ...open, to, lowest: step.ready, lowestAt: step.at };
    else open = { ...open, to };
  }
  if (open !== undefined) breaches.push(open);
  return breaches;
}

function countReady(timeline: readonly TimelineEvent[], window: Window, spec: Spec): Step[] {
  const steps: Step[] = [];
  const wanted = Object.entries(spec.selector);
  const counts = (pod: PodFacts) =>
    pod.namespace === spec.namespace &&
    pod.ready &&
    !pod.terminating &&
    wanted.every(([key, value]) => pod.labels[key] === value);
  for (const { at, state } of replay(timeline, window)) {
    steps.push({ at, ready: [...state.pods.values()].filter(counts).length });
  }
  return steps;
}
