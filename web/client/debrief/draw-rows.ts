import type { Debrief } from '../../../engine/domain/debrief.ts';
import { s } from '../svg.ts';
import { cut, nameLines } from './name-lines.ts';
import type { Bar, Mark, Row } from './rows.ts';
import { momentText, type Scale, ticksOf, xOf } from './scale.ts';
import type { Placed } from './thing-at.ts';

/** Pixels. */
export const sizes = {
  label: 188,
  narrowLabel: 104,
  axis: 28,
  group: 26,
  row: 26,
  bar: 16,
  referenceRow: 22,
  referenceBar: 11,
  curveRow: 34,
  tick: 84,
  character: 6.7,
  smallCharacter: 6,
} as const;

/** The rows from top to bottom under one axis, where each of them was put, and the height of it all. */
export function drawRows(rows: readonly Row[], scale: Scale, debrief: Debrief) {
  const background: SVGElement[] = [];
  const elements: SVGElement[] = [];
  const placed: Placed[] = [];
  let y: number = sizes.axis;
  let group = '';
  for (const row of rows) {
    if (row.group !== group) {
      group = row.group;
      elements.push(s('text', { class: 'timeline-group', x: 0, y: y + sizes.group - 8 }, group));
      background.push(s('line', { class: 'timeline-rule', x1: 0, x2: scale.left + scale.width, y1: y + 3, y2: y + 3 }));
      y += sizes.group;
    }
    const height = row.of === 'reference' ? sizes.referenceRow : row.curve === undefined ? sizes.row : sizes.curveRow;
    placed.push({ row, top: y, height });
    elements.push(drawRow(row, scale, y, height));
    y += height;
  }
  const height = y + 10;
  const axis = ticksOf(scale, sizes.tick).flatMap((at) => [
    s('line', {
      class: at === 0 ? 'timeline-zero' : 'timeline-grid',
      x1: xOf(scale, at),
      x2: xOf(scale, at),
      y1: 18,
      y2: height,
    }),
    s('text', { class: 'timeline-tick', x: xOf(scale, at), y: 12, 'text-anchor': 'middle' }, momentText(at)),
  ]);
  const unseen = debrief.unseen.map(({ from, to }) => {
    const [x1, x2] = [Math.max(scale.left, xOf(scale, from)), Math.min(scale.left + scale.width, xOf(scale, to))];
    return s('rect', {
      class: 'timeline-unseen',
      x: x1,
      width: Math.max(0, x2 - x1),
      y: sizes.axis,
      height: height - sizes.axis,
    });
  });
  return { elements: [patterns(), ...unseen, ...background, ...axis, ...elements], placed, height };
}

function patterns(): SVGElement {
  const stripes = s(
    'pattern',
    { id: 'stripes', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    s('rect', { width: 2.4, height: 6, class: 'stripe' }),
  );
  return s('defs', {}, stripes);
}

/** The line at the moment in which the ways part; nothing when it is outside what is shown. */
export function partingLine(at: number | undefined, scale: Scale, height: number): SVGElement[] {
  if (at === undefined || at < scale.from || at > scale.to) return [];
  const x = xOf(scale, at);
  const isLate = x > scale.left + scale.width - 120;
  return [
    s('line', { class: 'timeline-parting', x1: x, x2: x, y1: 18, y2: height }),
    s(
      'text',
      {
        class: 'timeline-parting-text',
        x: isLate ? x - 10 : x + 10,
        y: sizes.axis + 15,
        'text-anchor': isLate ? 'end' : 'start',
      },
      'the ways part',
    ),
  ];
}

function drawRow(row: Row, scale: Scale, top: number, height: number): SVGElement {
  const isReference = row.of === 'reference';
  const barHeight = isReference ? sizes.referenceBar : sizes.bar;
  const barTop = top + (height - barHeight) / 2;
  const part = s('g', { class: `lane lane-${row.of}` });
  part.append(drawName(isReference ? 'reference' : row.label, scale, isReference ? 18 : 8, top + height / 2));
  const inset = isReference ? 2 : 4;
  if (row.curve !== undefined) part.append(...drawCurve(row.curve, scale, top + inset, height - 2 * inset));
  let labelEnd = scale.left;
  for (const bar of row.bars) {
    part.append(...drawBar(bar, scale, { top: barTop, height: barHeight, isReference, textFrom: labelEnd }));
    labelEnd = isReference ? labelEnd : Math.max(labelEnd, labelPlace(bar, scale)?.end ?? 0);
  }
  // Over the bars that follow.
  if (!isReference) part.append(...row.bars.flatMap((bar) => drawLabel(bar, scale, barTop, barHeight)));
  for (const mark of row.marks) {
    if (mark.at >= scale.from && mark.at <= scale.to) part.append(drawMark(mark, scale, top + height / 2, isReference));
  }
  return part;
}

/** The name of a lane: in one line where there is room for it, in two smaller ones where not. */
function drawName(name: string, scale: Scale, x: number, middle: number): SVGElement {
  const room = scale.left - x - 10;
  const [first = '', second] = nameLines(name, {
    line: Math.floor(room / 6.4),
    small: Math.floor(room / sizes.smallCharacter),
  });
  const title = s('title', {}, name);
  if (second === undefined) return s('text', { class: 'lane-label', x, y: middle + 4 }, first, title);
  return s(
    'text',
    { class: 'lane-label lane-label-small', x, y: middle - 2 },
    first,
    s('tspan', { x, y: middle + 9 }, second),
    title,
  );
}

/** Where a bar is put; what is written in it begins after the label of the bar before. */
interface BarPlace {
  readonly top: number;
  readonly height: number;
  readonly isReference: boolean;
  readonly textFrom: number;
}

function drawBar(bar: Bar, scale: Scale, { top: y, height, isReference, textFrom }: BarPlace): SVGElement[] {
  if (bar.to < scale.from || bar.from > scale.to) return [];
  const right = scale.left + scale.width;
  const x = Math.max(scale.left, xOf(scale, bar.from));
  const width = Math.max(bar.tone === 'deed' ? 4 : 2, Math.min(right, xOf(scale, bar.to)) - x);
  const box = { x, y, width, height, rx: Math.min(3, height / 3) };
  const parts: SVGElement[] = [s('rect', { ...box, class: `bar bar-${bar.tone}` })];
  const textX = Math.max(x, textFrom) + 5;
  const room = Math.floor((x + width - 5 - textX) / sizes.character);
  const text = isReference ? '' : shortened(bar, room);
  if (text !== '') {
    parts.push(s('text', { class: `bar-text bar-text-${bar.tone}`, x: textX, y: y + height - 4.5 }, text));
  }
  if (bar.striped === true) {
    // After the words, which could not be read on them.
    const stripesX = text === '' ? x : textX + text.length * sizes.character + 5;
    parts.push(s('rect', { ...box, x: stripesX, width: x + width - stripesX, class: 'bar-stripes' }));
  }
  return parts;
}

/** What of a bar's words has room in it, in characters; where stripes must be seen beside them, all of the words or none. */
function shortened({ text = '', striped }: Bar, room: number): string {
  if (striped === true) return text.length + 3 > room ? '' : text;
  if (room < 3) return '';
  return cut(text, room);
}

/** A label stands in its bar; where there is no room after it, and after a mark at its end; else before it. */
function labelPlace({ label, from, to }: Bar, scale: Scale) {
  if (label === undefined || to < scale.from || from > scale.to) return undefined;
  const right = scale.left + scale.width;
  const [begin, end] = [Math.max(scale.left, xOf(scale, from)), Math.min(right, xOf(scale, to))];
  const length = label.length * sizes.character;
  if (end - begin >= length + 10) return { label, length, x: begin + 5, anchor: 'start', isInside: true, end: begin };
  const after = end + 8;
  if (after + length <= right) {
    return { label, length, x: after, anchor: 'start', isInside: false, end: after + length };
  }
  return { label, length, x: begin - 8, anchor: 'end', isInside: false, end: begin - 8 };
}

function drawLabel(bar: Bar, scale: Scale, y: number, height: number): SVGElement[] {
  const place = labelPlace(bar, scale);
  if (place === undefined) return [];
  const { label, length, x, anchor, isInside } = place;
  const colour = isInside ? `bar-text-${bar.tone}` : `bar-label-${bar.tone}`;
  const text = s('text', { class: `bar-label ${colour}`, x, y: y + height - 4, 'text-anchor': anchor }, label);
  if (isInside) return [text];
  // Whatever goes on behind it ends at its side, not within its letters.
  const plate = { x: (anchor === 'start' ? x : x - length) - 3, width: length + 6, y, height, rx: 3 };
  return [s('rect', { class: 'bar-label-plate', ...plate }), text];
}

function drawMark({ at, tone, shape }: Mark, scale: Scale, y: number, isReference: boolean): SVGElement {
  const x = xOf(scale, at);
  const r = isReference ? 3.4 : 5.2;
  if (shape === 'dot') return s('circle', { class: `mark-shape mark-${tone}`, cx: x, cy: y, r: r - 0.8 });
  if (shape === 'flag') {
    return s('path', { class: `mark-shape mark-${tone}`, d: `M${x} ${y + 9}V${y - 9}l11 4.5-11 4.5` });
  }
  return s('path', { class: `mark-shape mark-${tone}`, d: `M${x} ${y - r}l${r} ${r}-${r} ${r}-${r}-${r}Z` });
}

function drawCurve(
  { points, max }: NonNullable<Row['curve']>,
  scale: Scale,
  top: number,
  height: number,
): SVGElement[] {
  const right = scale.left + scale.width;
  const yOf = (value: number) => top + height - (value / max) * height;
  const clampX = (at: number) => Math.max(scale.left, Math.min(right, xOf(scale, at)));
  const path = (read: (point: (typeof points)[number]) => number) => {
    let d = '';
    for (const [index, point] of points.entries()) {
      const next = points[index + 1]?.at ?? scale.to;
      if (next < scale.from || point.at > scale.to) continue;
      d += `${d === '' ? 'M' : 'L'}${clampX(point.at).toFixed(1)} ${yOf(read(point)).toFixed(1)}H${clampX(next).toFixed(1)}`;
    }
    return d;
  };
  const line = path(({ value }) => value);
  if (line === '') return [];
  const begin = /^M([\d.]+)/.exec(line)?.[1] ?? String(scale.left);
  const end = /H([\d.]+)$/.exec(line)?.[1] ?? String(right);
  const hasTotal = points.some(({ of }) => of !== undefined);
  return [
    s('path', { class: 'curve-area', d: `${line}V${top + height}H${begin}Z` }),
    hasTotal ? s('path', { class: 'curve-total', d: path(({ value, of }) => of ?? value) }) : s('g'),
    s('path', { class: 'curve-line', d: line }),
    // Nothing left is what to see.
    ...points.flatMap(({ at, value }, index) => {
      if (value > 0 || !hasTotal) return [];
      const [from, to] = [clampX(at), clampX(points[index + 1]?.at ?? scale.to)];
      return to <= from ? [] : [s('rect', { class: 'curve-none', x: from, width: to - from, y: top, height })];
    }),
    s('line', { class: 'curve-base', x1: begin, x2: end, y1: top + height, y2: top + height }),
  ];
}
