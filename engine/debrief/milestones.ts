import type { Debrief } from '../domain/debrief.ts';

/** One point of the way: a deed, or a state that came of deeds. */
export interface Milestone {
  readonly at: number;
  readonly text: string;
  /** Equal keys are the same point on two ways. */
  readonly key: string;
  readonly is: 'deed' | 'consequence';
}

/** A state shorter than this is not told of: a watch or a probe may have been late. */
const shortestMs = 2_000;

/** The points of a drill in their order, from the hand-over on. */
export function milestonesOf(debrief: Debrief): Milestone[] {
  const all = [
    ...deeds(debrief),
    ...nodeStates(debrief),
    ...silences(debrief),
    ...losses(debrief),
    ...outages(debrief),
  ];
  return all.filter(({ at }) => at >= 0).toSorted((a, b) => a.at - b.at);
}

function deeds({ acts, changes }: Debrief): Milestone[] {
  return [
    ...acts.map(({ at, text, key, code }) => ({
      at,
      key,
      text: code >= 400 ? `${text} (refused with ${code})` : text,
      is: 'deed' as const,
    })),
    ...changes.map(({ at, node, text, key }) => ({ at, key, text: `${node}: ${text}`, is: 'deed' as const })),
  ];
}

function nodeStates({ nodes }: Debrief): Milestone[] {
  return nodes.flatMap(({ name, spans }) =>
    spans.flatMap((span, index) => {
      const before = spans[index - 1];
      if (before === undefined || span.to - span.from < shortestMs) return [];
      const texts = [
        ...(before.ready === span.ready ? [] : [`${name} is ${readyWords[span.ready]}`]),
        ...(before.version === span.version || span.version === '' ? [] : [`${name} runs ${span.version}`]),
      ];
      return texts.map((text) => ({ at: span.from, text, key: text, is: 'consequence' as const }));
    }),
  );
}

const readyWords = { True: 'Ready', False: 'not Ready', Unknown: 'silent', absent: 'out of the cluster' } as const;

function silences({ services }: Debrief): Milestone[] {
  return services.flatMap(({ name, gaps }) =>
    gaps
      .filter(({ from, to }) => to - from >= shortestMs)
      .map(({ from, to }) => ({
        at: from,
        text: `${name} did not answer for ${Math.round((to - from) / 1000)} s`,
        key: `${name} silent`,
        is: 'consequence' as const,
      })),
  );
}

function losses({ workloads, to: end }: Debrief): Milestone[] {
  return workloads.flatMap(({ name, steps }) =>
    steps.flatMap((step, index) => {
      const before = steps[index - 1];
      const lasted = (steps[index + 1]?.at ?? end) - step.at;
      if (before === undefined || before.ready === 0 || step.ready > 0 || lasted < shortestMs) return [];
      const text = step.total === 0 ? `${name} has no pods any more` : `${name} has no Ready pod`;
      return [{ at: step.at, text, key: `${name} without Ready pods`, is: 'consequence' as const }];
    }),
  );
}

function outages({ apiServers, etcd }: Debrief): Milestone[] {
  const lanes = [
    ...apiServers.map(({ node, spans }) => ({
      what: `the API server of ${node}`,
      spans: spans.map(({ from, to, version }) => ({ from, to, answers: version !== undefined })),
    })),
    ...etcd.map(({ node, spans }) => ({ what: `etcd on ${node}`, spans })),
  ];
  return lanes.flatMap(({ what, spans }) =>
    spans.flatMap(({ from, to, answers }, index) => {
      if (answers || index === 0 || to - from < shortestMs) return [];
      const text = `${what} did not answer for ${Math.round((to - from) / 1000)} s`;
      return [{ at: from, text, key: `${what} down`, is: 'consequence' as const }];
    }),
  );
}
