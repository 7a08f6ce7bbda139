import type { Row } from './report.ts';

/** What a row is to reach. */
interface Goal {
  readonly bench: string;
  /** Name of the row. */
  readonly row: string;
  /** times better: than what it is compared with. share: of what that has. Else the median of ours, in the row's unit. */
  readonly figure: 'times better' | 'share' | 'median';
  /** At least so many times better; at most such a share, or so much. */
  readonly value: number;
  /** The row that says what stops it, such as the CPU time behind a duration. */
  readonly stoppedBy?: string;
}

const goals: readonly Goal[] = [
  {
    ...{ bench: 'cluster-ready', row: 'ready, restored', figure: 'times better', value: 4 },
    stoppedBy: 'ready, restored: processor',
  },
  { bench: 'cluster-ready', row: 'ready, one that waited', figure: 'times better', value: 60 },
  {
    ...{ bench: 'cluster-ready', row: 'ready again after taking it down', figure: 'times better', value: 5 },
    stoppedBy: 'ready, restored: processor',
  },
  {
    ...{ bench: 'cluster-ready', row: 'ready again, one that waited, the other standing still' },
    ...{ figure: 'times better', value: 5 },
  },
  {
    ...{ bench: 'verify-five', row: 'verify of 5 scenarios', figure: 'times better', value: 3 },
    stoppedBy: "verify of 5 scenarios: processor, all of the machine's",
  },
  {
    ...{ bench: 'cluster-ready', row: 'memory of a session, restored', figure: 'share', value: 0.75 },
    stoppedBy: 'memory of a session, restored: its nodes',
  },
  {
    ...{ bench: 'turns-green', figure: 'median', value: 300 },
    row: 'a check turns green on the page after the API server has answered to the fix, p95 of 20',
  },
  { bench: 'terminal', row: 'keystroke echo, added by us', figure: 'median', value: 3 },
];

/** A line for each goal of the benches that these rows are of: what is wanted, what was reached, and what stops it. */
export function renderGoals(rows: readonly Row[]): string[] {
  return goals.flatMap((goal) => {
    const row = rows.find(({ bench, name }) => bench === goal.bench && name === goal.row);
    const reached = row === undefined ? undefined : figureOf(row, goal);
    if (row === undefined || reached === undefined)
      return rows.some(({ bench }) => bench === goal.bench) ? [`NOT measured ${goal.row}`] : [];
    const isBetter = goal.figure === 'times better';
    const holds = isBetter ? reached >= goal.value : reached <= goal.value;
    const unit = { 'times better': ' times better', share: ' of it', median: ` ${row.unit}` }[goal.figure];
    const wanted = `${isBetter ? 'at least' : 'at most'} ${goal.value}${unit}`;
    const stop = holds ? undefined : rows.find(({ bench, name }) => bench === goal.bench && name === goal.stoppedBy);
    const because =
      stop?.baseline === undefined
        ? ''
        : `; ${stop.name}: ${stop.ours.median} ${stop.unit} against ${stop.baseline.median}`;
    return [`${holds ? 'reached     ' : 'NOT reached '} ${goal.row}: ${wanted}, measured ${reached}${unit}${because}`];
  });
}

function figureOf({ ours, baseline, ratio }: Row, { figure }: Goal): number | undefined {
  if (figure === 'median') return ours.median;
  if (figure === 'times better') return ratio;
  return baseline === undefined ? undefined : Math.round((100 * ours.median) / baseline.median) / 100;
}
