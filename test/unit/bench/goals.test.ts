import { expect, test } from 'vitest';
import { renderGoals } from '../../bench/goals.ts';
import type { Row } from '../../bench/report.ts';

const of = (median: number) => ({ min: median, median, max: median, n: 1 });
const compared = (name: string, ours: number, baseline: number, unit = 's', bench = 'cluster-ready'): Row => ({
  ...{ bench, name, unit, date: '2026-01-01T00:00:00.000Z', ours: of(ours), baseline: of(baseline) },
  ratio: Math.round((100 * baseline) / ours) / 100,
});

test('a goal says what was reached, and what stops it; one whose bench did not run says nothing', () => {
  const rows = [
    compared('ready, restored', 49.1, 52.7),
    compared('ready, restored: processor', 76, 82.9, 'CPU s'),
    compared('ready, one that waited', 0.8, 52.7),
    compared('memory of a session, restored', 663, 602, 'MiB'),
    { ...compared('keystroke echo, added by us', 0.23, 0, 'ms', 'terminal'), ratio: 0 },
  ];
  expect(renderGoals(rows)).toEqual([
    'NOT reached  ready, restored: at least 4 times better, measured 1.07 times better; ready, restored: processor: 76 CPU s against 82.9',
    'reached      ready, one that waited: at least 60 times better, measured 65.88 times better',
    'NOT measured ready again after taking it down',
    'NOT measured ready again, one that waited, the other standing still',
    'NOT reached  memory of a session, restored: at most 0.75 of it, measured 1.1 of it',
    'reached      keystroke echo, added by us: at most 3 ms, measured 0.23 ms',
  ]);
  expect(renderGoals([])).toEqual([]);
});
