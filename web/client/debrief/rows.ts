import type { Debrief, NodeSpan, Span } from '../../../engine/domain/debrief.ts';
import { durationText } from '../time.ts';

/** What a colour says: the same everywhere on the page. */
export type Tone = 'good' | 'bad' | 'unsure' | 'deed' | 'quiet';

export interface Bar extends Span {
  readonly tone: Tone;
  /** Inside, when there is room. */
  readonly text?: string;
  /** Always: in it, or beside it where it is too short for that. */
  readonly label?: string;
  /** Striped over the tone: cordoned. */
  readonly striped?: boolean;
  readonly tip: Tip;
}

export interface Mark {
  readonly at: number;
  readonly tone: Tone;
  readonly shape: 'diamond' | 'flag' | 'dot';
  readonly tip: Tip;
}

/** A value over time, as a filled line of steps. */
export interface Curve {
  readonly points: readonly { readonly at: number; readonly value: number; readonly of?: number }[];
  readonly max: number;
  readonly tip: (value: number, of: number | undefined) => string;
}

export interface Tip {
  readonly title: string;
  readonly lines?: readonly string[];
  /** Command to look up in the recording. */
  readonly terminal?: string;
}

export interface Row {
  readonly group: string;
  readonly label: string;
  readonly of: 'you' | 'reference';
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly curve?: Curve;
  /** Nothing happens in it: left out unless all lanes are wanted. */
  readonly isQuiet: boolean;
}

/**
 * The lanes of the picture from top to bottom, each followed by the same lane of the reference procedure where there is
 * one and something happens in it.
 */
export function rowsOf(debrief: Debrief, reference: Debrief | undefined): Row[] {
  const own = lanesOf(debrief, 'you');
  const theirs = reference === undefined ? [] : lanesOf(reference, 'reference');
  const rows: Row[] = [];
  for (const lane of own) {
    const same = theirs.find((other) => other.key === lane.key);
    const isQuiet = lane.isQuiet && (same?.isQuiet ?? true);
    rows.push({ ...lane, isQuiet });
    if (same !== undefined && !isEmpty(same) && lane.group !== groups.story && lane.group !== groups.checks) {
      rows.push({ ...same, isQuiet });
    }
  }
  const known = new Set(own.map(({ key }) => key));
  // A machine on which only the reference did something stands with its like.
  for (const lane of theirs.filter(
    ({ key, group }) => !known.has(key) && group !== groups.checks && group !== groups.story,
  )) {
    const last = rows.findLastIndex(({ group }) => group === lane.group);
    rows.splice(last + 1, 0, lane);
  }
  return rows;
}

function isEmpty({ bars, marks, curve }: Row): boolean {
  return bars.length === 0 && marks.length === 0 && curve === undefined;
}

const groups = {
  story: 'Story',
  commands: 'Commands',
  changes: 'What changed',
  checks: 'Checks',
  services: 'Services',
  workloads: 'Applications: Ready pods',
  nodes: 'Nodes',
  controlPlane: 'Control plane',
} as const;

type Lane = Row & { readonly key: string };

function lanesOf(debrief: Debrief, of: Row['of']): Lane[] {
  const lane = (
    group: string,
    label: string,
    what: Partial<Pick<Row, 'bars' | 'marks' | 'curve' | 'isQuiet'>>,
  ): Lane => ({
    ...{ group, label, of, key: `${group}/${label}` },
    ...{ bars: [], marks: [], isQuiet: false, ...what },
  });
  const machines = [...new Set(['student', ...debrief.commands.map(({ machine }) => machine)])];
  return [
    lane(groups.story, 'fault and events', { marks: storyMarks(debrief) }),
    ...machines.map((machine) => lane(groups.commands, machine, { bars: commandBars(debrief, machine, of) })),
    lane(groups.changes, 'through the API', { marks: actMarks(debrief) }),
    lane(groups.changes, 'on machines', {
      marks: debrief.changes.map(({ at, node, text }) => ({
        ...{ at, tone: 'deed', shape: 'dot' },
        tip: { title: `${node}: ${text}` },
      })),
      isQuiet: debrief.changes.length === 0,
    }),
    ...debrief.checks.map(({ id, role, turns }) =>
      lane(groups.checks, id, { bars: checkBars(turns, role, debrief.to) }),
    ),
    ...debrief.services.map((service) => lane(groups.services, service.name, { bars: serviceBars(service) })),
    ...debrief.workloads.map(({ name, steps }) =>
      lane(groups.workloads, name, {
        curve: {
          points: steps.map(({ at, ready, total }) => ({ at, value: ready, of: total })),
          max: Math.max(1, ...steps.map(({ total }) => total)),
          tip: (value, total) => `${value} of ${total ?? value} pods Ready`,
        },
        isQuiet: steps.length < 2,
      }),
    ),
    ...debrief.nodes.map(({ name, spans }) =>
      lane(groups.nodes, name, { bars: spans.map(nodeBar), isQuiet: spans.length < 2 }),
    ),
    ...debrief.apiServers.map(({ node, spans }) =>
      lane(groups.controlPlane, `API server ${node}`, {
        bars: spans.map(({ from, to, version }) => ({
          ...{ from, to, tone: version === undefined ? 'bad' : 'good' },
          ...(version === undefined ? { label: lasted({ from, to }) } : { text: version }),
          tip: {
            title: version === undefined ? 'does not answer' : `answers as ${version}`,
            lines: [lasted({ from, to })],
          },
        })),
        isQuiet: spans.length < 2,
      }),
    ),
    ...debrief.etcd.map((etcd) => etcdLane(etcd, lane)),
  ];
}

function storyMarks({ faults, events }: Debrief): Mark[] {
  return [
    ...faults.map(
      ({ at, kind }): Mark => ({
        at,
        tone: 'bad',
        shape: 'flag',
        tip: { title: `Fault: ${kind.replaceAll('-', ' ')}` },
      }),
    ),
    { at: 0, tone: 'deed', shape: 'flag', tip: { title: 'The drill is handed over' } },
    ...events.map(
      ({ at, id }): Mark => ({
        at,
        tone: 'unsure',
        shape: 'flag',
        tip: { title: `It happens: ${id.replaceAll('-', ' ')}` },
      }),
    ),
  ];
}

function commandBars({ commands, to }: Debrief, machine: string, of: Row['of']): Bar[] {
  return commands
    .filter((command) => command.machine === machine)
    .map(({ at, end, exit, text, terminal }) => ({
      from: at,
      to: Math.min(to, end ?? to),
      // Its end was not seen: that says nothing about it.
      tone: exit === undefined || exit === 0 ? 'deed' : 'unsure',
      text,
      tip: {
        title: text,
        lines: [
          end === undefined ? 'had not ended' : `took ${durationText(end - at)}`,
          ...(exit === undefined ? [] : [`exit code ${exit}`]),
        ],
        ...(terminal === undefined || of === 'reference' ? {} : { terminal }),
      },
    }));
}

function actMarks({ acts }: Debrief): Mark[] {
  return acts.map(({ at, lastAt, count, text, who, code }) => ({
    at,
    tone: code >= 400 ? 'unsure' : 'deed',
    shape: 'diamond',
    tip: {
      title: text,
      lines: [
        `by ${who}`,
        ...(count === 1 ? [] : [`${count} times in ${durationText(lastAt - at)}`]),
        ...(code >= 400 ? [`refused with ${code}`] : []),
      ],
    },
  }));
}

const outcomes = {
  passed: { tone: 'good', word: 'holds' },
  failed: { tone: 'bad', word: 'does not hold' },
  errored: { tone: 'unsure', word: 'could not be read' },
} as const;

function checkBars(turns: Debrief['checks'][number]['turns'], role: string, end: number): Bar[] {
  return turns.map(({ at, result }, index) => {
    const to = turns[index + 1]?.at ?? end;
    const { tone, word } = outcomes[result];
    return { from: at, to, tone, tip: { title: word, lines: [`${role}, as it was seen when somebody looked`] } };
  });
}

const serviceWords = {
  up: { tone: 'good', word: 'answers' },
  partly: { tone: 'unsure', word: 'answers some requests' },
  down: { tone: 'bad', word: 'does not answer' },
  unseen: { tone: 'quiet', word: 'nobody asked' },
} as const;

function serviceBars({ spans, gaps }: Debrief['services'][number]): Bar[] {
  return spans.map(({ from, to, state }) => {
    const { tone, word } = serviceWords[state];
    const gap = state === 'down' ? gaps.find((one) => one.from <= from && to <= one.to) : undefined;
    // A gap may have several spans: its length is written once.
    const label = gap !== undefined && spans.find((one) => one.state === 'down' && one.from >= gap.from)?.from === from;
    return {
      ...{ from, to, tone },
      ...(label ? { label: lasted(gap) } : {}),
      tip: { title: word, lines: [gap === undefined ? lasted({ from, to }) : `silent for ${lasted(gap)}`] },
    };
  });
}

function nodeBar({ from, to, ready, cordoned, version }: NodeSpan): Bar {
  const words = { True: 'Ready', False: 'not Ready', Unknown: 'silent', absent: 'not in the cluster' } as const;
  const tones = { True: 'good', False: 'bad', Unknown: 'bad', absent: 'quiet' } as const;
  const state = `${words[ready]}${cordoned ? ', cordoned' : ''}`;
  return {
    ...{ from, to, tone: tones[ready], striped: cordoned },
    text: ready === 'True' ? `${version}${cordoned ? ', cordoned' : ''}` : state,
    tip: { title: state, lines: [...(version === '' ? [] : [`kubelet ${version}`]), lasted({ from, to })] },
  };
}

function etcdLane(
  { node, spans, points }: Debrief['etcd'][number],
  lane: (group: string, label: string, what: Partial<Row>) => Lane,
): Lane {
  const least = Math.min(...points.map(({ revision }) => revision));
  const outages = spans.filter(({ answers }) => !answers);
  const turns = points.filter(({ term, leads }, index) => {
    const before = points[index - 1];
    return before !== undefined && (before.term !== term || before.leads !== leads);
  });
  return lane(groups.controlPlane, `etcd ${node}`, {
    bars: outages.map(({ from, to }) => ({
      ...{ from, to, tone: 'bad', label: lasted({ from, to }) },
      tip: { title: 'does not answer', lines: [lasted({ from, to })] },
    })),
    marks: turns.map(({ at, term, leads }) => ({
      ...{ at, tone: 'unsure', shape: 'diamond' },
      tip: { title: `term ${term}`, lines: [leads ? 'this member leads' : 'another member leads'] },
    })),
    curve: {
      points: points.map(({ at, revision }) => ({ at, value: revision - least })),
      max: Math.max(1, ...points.map(({ revision }) => revision - least)),
      tip: (value) => `revision ${value + least}`,
    },
    isQuiet: outages.length === 0 && turns.length === 0,
  });
}

function lasted({ from, to }: Span): string {
  return durationText(to - from);
}
