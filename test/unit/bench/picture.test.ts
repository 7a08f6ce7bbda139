import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { drawReport } from '../../bench/picture.ts';
import { picturePath, type Report, type Row, reportPath } from '../../bench/report.ts';

const spread = (median: number) => ({ min: median, median, max: median, n: 3 });
const row = (name: string, ours: number, baseline?: number): Row => ({
  ...{ bench: 'some', name, unit: 's', date: '2026-01-01T00:00:00.000Z', ours: spread(ours) },
  ...(baseline === undefined ? {} : { baseline: spread(baseline), ratio: baseline / ours }),
});
const draw = (...rows: Row[]) =>
  drawReport({ date: '2026-01-02T03:04:05.000Z', host: { cores: 2, memoryGiB: 24, kernel: 'k', engine: 'e' }, rows });
/** x and width of each bar, in order. */
const bars = (svg: string) =>
  [...svg.matchAll(/<rect x="(\d+)" y="\d+" width="(\d+)"/g)].map(([, x, width]) => [Number(x), Number(width)]);

describe('the picture of what was measured', () => {
  test('has a bar for each figure that is compared with another, as long to each side as the ratio is', () => {
    const svg = draw(row('four times better', 1, 4), row('twice as much', 2, 1), row('alone', 7));
    const [better, worse] = bars(svg);
    expect(bars(svg)).toHaveLength(2);
    expect(worse?.[1]).toBeGreaterThan(0);
    // To whole pixels.
    expect(Math.abs((better?.[1] ?? 0) - 2 * (worse?.[1] ?? 0))).toBeLessThanOrEqual(1);
    // Both begin at 1, one to the right and one to the left.
    expect(better?.[0]).toBe((worse?.[0] ?? 0) + (worse?.[1] ?? 0));
    expect(svg).toContain('four times better');
    expect(svg).toContain('1 s against 4 s, n=3');
    expect(svg).not.toContain('alone');
  });

  test('writes names as text', () => {
    expect(draw(row('a <b> & c', 1, 2))).toContain('a &lt;b> &amp; c');
  });

  test('that is in the docs is the one of the figures there', async () => {
    const report = JSON.parse(await readFile(reportPath, 'utf8')) as Report;
    expect(await readFile(picturePath, 'utf8')).toBe(drawReport(report));
  });
});
