import type { Spread } from './bench.ts';
import type { Report, Row } from './report.ts';

const width = 960;
const chart = { left: 520, right: width - 96 };
const line = 44;
const heading = 40;
const top = 96;
/** Beside what is compared with, on white; both have more than 3:1 against it. */
const colours = { better: '#1a7f37', worse: '#bc4c00', text: '#1f2328', quiet: '#59636e', rule: '#d1d9e0' };

interface Compared extends Row {
  readonly baseline: Spread;
  readonly ratio: number;
}

/** The rows of docs/bench.json that are compared with something, as an SVG: how many times better or worse, on a scale of doublings. */
export function drawReport({ date, host, rows }: Report): string {
  const compared = rows.filter((row): row is Compared => row.baseline !== undefined && row.ratio !== undefined);
  const groups = Map.groupBy(compared, ({ bench }) => bench);
  const steps = compared.map(({ ratio }) => Math.log2(ratio));
  const [least, most] = [Math.floor(Math.min(-1, ...steps)), Math.ceil(Math.max(1, ...steps))];
  const at = (ratio: number) =>
    Math.round(chart.left + ((Math.log2(ratio) - least) / (most - least)) * (chart.right - chart.left));
  const height = top + groups.size * heading + compared.length * line + 24;

  const drawn: string[] = [];
  let y = top;
  for (const [bench, those] of groups) {
    drawn.push(text(24, y + 26, bench, { weight: 600 }));
    y += heading;
    for (const row of those) {
      drawn.push(...drawRow(row, y, at));
      y += line;
    }
  }
  const scale = Array.from({ length: most - least + 1 }, (_, index) => 2 ** (least + index)).map((ratio) => {
    const x = at(ratio);
    const isOne = ratio === 1;
    return [
      `<line x1="${x}" y1="${top - 8}" x2="${x}" y2="${height - 16}" stroke="${isOne ? colours.text : colours.rule}"/>`,
      text(x, top - 16, `${ratio < 1 ? `1/${1 / ratio}` : ratio}×`, {
        size: 12,
        anchor: 'middle',
        fill: colours.quiet,
      }),
    ].join('\n');
  });
  const machine = `${String(host['cores'])} cores, ${String(host['memoryGiB'])} GiB, kernel ${String(host['kernel'])}, engine ${String(host['engine'])}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    '<title>What npm run bench measured</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(24, 34, 'Beside what it is compared with, in the same run', { size: 18, weight: 600 }),
    text(24, 56, `${machine}; last written ${date.slice(0, 10)}`, { size: 12, fill: colours.quiet }),
    text(width - 24, 34, 'medians: worse to the left, better to the right', {
      size: 12,
      anchor: 'end',
      fill: colours.quiet,
    }),
    ...scale,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawRow({ name, unit, ours, baseline, ratio }: Compared, y: number, at: (ratio: number) => number): string[] {
  const [one, end] = [at(1), at(ratio)];
  const fill = ratio >= 1 ? colours.better : colours.worse;
  const figures = `${ours.median} ${unit} against ${baseline.median} ${unit}, n=${ours.n}`;
  const outside = ratio >= 1 ? { x: end + 6, anchor: 'start' } : { x: end - 6, anchor: 'end' };
  return [
    text(24, y + 18, name, { size: 13 }),
    text(24, y + 34, figures, { size: 12, fill: colours.quiet }),
    `<rect x="${Math.min(one, end)}" y="${y + 11}" width="${Math.max(2, Math.abs(end - one))}" height="16" rx="2" fill="${fill}"/>`,
    text(outside.x, y + 24, `${ratio}×`, { size: 13, anchor: outside.anchor, weight: 600 }),
  ];
}

function text(
  x: number,
  y: number,
  words: string,
  { size = 14, weight = 400, anchor = 'start', fill = colours.text }: Partial<Style> = {},
): string {
  const style = `font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}"`;
  return `<text x="${x}" y="${y}" ${style}>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

interface Style {
  readonly size: number;
  readonly weight: number;
  readonly anchor: string;
  readonly fill: string;
}
