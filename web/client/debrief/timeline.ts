import type { Debrief } from '../../../engine/domain/debrief.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { s } from '../svg.ts';
import { type Bar, type Mark, type Row, rowsOf, type Tip } from './rows.ts';
import { chosen, type Extent, momentText, panned, type Scale, ticksOf, timeAt, xOf, zoomed } from './scale.ts';

export interface TimelineView extends View {
  /** Shows where a recording is, milliseconds since the hand-over; undefined takes it away. */
  playhead(at: number | undefined): void;
}

const sizes = {
  label: 188,
  narrowLabel: 104,
  axis: 28,
  group: 26,
  row: 26,
  bar: 16,
  referenceRow: 18,
  referenceBar: 9,
  curveRow: 34,
  tick: 84,
  character: 6.7,
} as const;

/** The picture of a drill: lanes over one axis of time. Drag to look closer, press a command to see it in the recording. */
export function timelineView(options: {
  readonly debrief: Debrief;
  readonly reference: Debrief | undefined;
  readonly parting: number | undefined;
  readonly onSeek: (at: number, terminal: string | undefined) => void;
}): TimelineView {
  const { debrief, reference, parting, onSeek } = options;
  let withReference = reference !== undefined;
  let withQuiet = false;
  const wholeOf = (): Extent => ({
    from: debrief.from,
    to: Math.max(debrief.to, withReference ? (reference?.to ?? 0) : 0, debrief.from + 10_000),
  });
  let shown = wholeOf();
  let scale: Scale = { ...shown, left: sizes.label, width: 600 };
  let placed: Placed[] = [];
  let playing: number | undefined;

  const svg = s('svg', { class: 'timeline-svg', 'aria-hidden': 'true' });
  const tip = h('div', { class: 'timeline-tip', attr: { hidden: true } });
  const cursor = s('line', { class: 'timeline-cursor' });
  const cursorTime = s('text', { class: 'timeline-cursor-time', y: 10 });
  const brush = s('rect', { class: 'timeline-brush', visibility: 'hidden' });
  const head = s('line', { class: 'timeline-playhead', visibility: 'hidden' });
  const frame = h(
    'div',
    {
      class: 'timeline-frame',
      testid: 'timeline',
      attr: {
        tabindex: '0',
        role: 'group',
        'aria-label':
          'Timeline of the drill. Plus and minus zoom, the arrow keys move, 0 shows all of it. The table below tells the same in words.',
      },
    },
    svg,
    tip,
  );

  const draw = () => {
    const width = Math.max(320, frame.clientWidth);
    const label = width < 640 ? sizes.narrowLabel : sizes.label;
    scale = { ...shown, left: label, width: width - label - 16 };
    const rows = rowsOf(debrief, withReference ? reference : undefined).filter((row) => withQuiet || !row.isQuiet);
    const drawn = drawRows(rows, scale, debrief);
    placed = drawn.placed;
    svg.setAttribute('width', String(width));
    svg.setAttribute('height', String(drawn.height));
    svg.setAttribute('viewBox', `0 0 ${width} ${drawn.height}`);
    svg.replaceChildren(
      ...drawn.elements,
      ...partingLine(parting, scale, drawn.height),
      brush,
      head,
      cursor,
      cursorTime,
    );
    for (const line of [cursor, head]) line.setAttribute('y2', String(drawn.height));
    brush.setAttribute('height', String(drawn.height));
    for (const line of [cursor, head]) line.setAttribute('y1', String(sizes.axis - 6));
    hide();
    showHead();
    quietSwitch.hidden = !rowsOf(debrief, undefined).some((row) => row.isQuiet);
    out.disabled = shown.to - shown.from >= wholeOf().to - wholeOf().from;
    fit.disabled = out.disabled;
  };
  const look = (next: Extent) => {
    shown = next;
    draw();
  };
  const showHead = () => {
    const isIn = playing !== undefined && playing >= shown.from && playing <= shown.to;
    head.setAttribute('visibility', isIn ? 'visible' : 'hidden');
    if (playing === undefined) return;
    for (const end of ['x1', 'x2']) head.setAttribute(end, String(xOf(scale, playing)));
  };

  const hide = () => {
    tip.hidden = true;
    for (const part of [cursor, cursorTime]) part.setAttribute('visibility', 'hidden');
  };
  const point = (event: PointerEvent) => {
    const box = svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const hover = (x: number, y: number) => {
    if (x < scale.left || x > scale.left + scale.width) return hide();
    const at = timeAt(scale, x);
    for (const end of ['x1', 'x2']) cursor.setAttribute(end, String(x));
    cursorTime.setAttribute('x', String(Math.min(x + 5, scale.left + scale.width - 40)));
    cursorTime.textContent = momentText(at);
    for (const part of [cursor, cursorTime]) part.setAttribute('visibility', 'visible');
    const found = thingAt(placed, scale, x, y);
    tip.hidden = found === undefined;
    if (found === undefined) return;
    replaceChildren(
      tip,
      h('p', { class: 'tip-where' }, `${momentText(found.at ?? at)} · ${found.where}`),
      h('p', { class: 'tip-title' }, found.tip.title),
      ...(found.tip.lines ?? []).map((line) => h('p', { class: 'tip-line' }, line)),
      found.tip.terminal !== undefined && h('p', { class: 'tip-hint' }, 'Press to see it in the recording'),
    );
    const room = frame.clientWidth;
    const wide = tip.offsetWidth;
    tip.style.left = `${Math.max(4, Math.min(x + 14, room - wide - 4))}px`;
    const below = y + 18 + tip.offsetHeight < svg.clientHeight || y < tip.offsetHeight + 12;
    tip.style.top = `${below ? y + 18 : y - tip.offsetHeight - 12}px`;
  };

  let pressedAt: number | undefined;
  frame.addEventListener('pointerdown', (event) => {
    const { x } = point(event);
    if (event.button !== 0 || event.pointerType === 'touch' || x < scale.left) return;
    pressedAt = x;
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener('pointermove', (event) => {
    const { x, y } = point(event);
    if (pressedAt === undefined || Math.abs(x - pressedAt) < 5) return hover(x, y);
    hide();
    brush.setAttribute('visibility', 'visible');
    brush.setAttribute('x', String(Math.max(scale.left, Math.min(x, pressedAt))));
    brush.setAttribute('width', String(Math.abs(x - pressedAt)));
  });
  frame.addEventListener('pointerup', (event) => {
    const { x, y } = point(event);
    const from = pressedAt;
    pressedAt = undefined;
    brush.setAttribute('visibility', 'hidden');
    if (from !== undefined && Math.abs(x - from) >= 5) {
      return look(chosen(timeAt(scale, Math.max(from, scale.left)), timeAt(scale, Math.max(x, scale.left)), wholeOf()));
    }
    if (x < scale.left) return;
    const found = thingAt(placed, scale, x, y);
    onSeek(found?.at ?? timeAt(scale, x), found?.tip.terminal);
    return undefined;
  });
  frame.addEventListener('pointerleave', hide);
  frame.addEventListener('dblclick', () => look(wholeOf()));
  frame.addEventListener(
    'wheel',
    (event) => {
      // The wheel alone scrolls the page.
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const box = svg.getBoundingClientRect();
        look(zoomed(shown, wholeOf(), event.deltaY > 0 ? 1.25 : 0.8, timeAt(scale, event.clientX - box.left)));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        look(panned(shown, wholeOf(), (event.deltaX / scale.width) * (shown.to - shown.from)));
      }
    },
    { passive: false },
  );
  const middle = () => (shown.from + shown.to) / 2;
  frame.addEventListener('keydown', (event) => {
    const span = shown.to - shown.from;
    const next = {
      '+': () => zoomed(shown, wholeOf(), 0.5, middle()),
      '=': () => zoomed(shown, wholeOf(), 0.5, middle()),
      '-': () => zoomed(shown, wholeOf(), 2, middle()),
      '0': () => wholeOf(),
      ArrowLeft: () => panned(shown, wholeOf(), -span / 8),
      ArrowRight: () => panned(shown, wholeOf(), span / 8),
    }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    look(next());
  });

  const zoomButton = (label: string, title: string, onClick: () => void) => {
    const element = button(label, { title, onClick });
    element.setAttribute('aria-label', title);
    return element;
  };
  const out = zoomButton('−', 'Show more', () => look(zoomed(shown, wholeOf(), 2, middle())));
  const fit = zoomButton('All', 'Show all of it', () => look(wholeOf()));
  const quietSwitch = toggle('Quiet lanes', false, (on) => {
    withQuiet = on;
    draw();
  });
  const bar = h(
    'div',
    { class: 'timeline-bar' },
    h('p', { class: 'legend' }, ...legend(reference !== undefined)),
    h(
      'div',
      { class: 'timeline-tools' },
      reference !== undefined &&
        toggle('Reference', true, (on) => {
          withReference = on;
          look(wholeOf());
        }),
      quietSwitch,
      h(
        'div',
        { class: 'button-row', attr: { role: 'group', 'aria-label': 'Zoom' } },
        out,
        fit,
        zoomButton('+', 'Look closer', () => look(zoomed(shown, wholeOf(), 0.5, middle()))),
      ),
    ),
  );

  const sizesObserver = new ResizeObserver(() => requestAnimationFrame(draw));
  sizesObserver.observe(frame);
  return {
    element: h('div', { class: 'timeline' }, bar, frame),
    playhead(at) {
      playing = at;
      showHead();
    },
    dispose: () => sizesObserver.disconnect(),
  };
}

function toggle(label: string, isOn: boolean, onChange: (on: boolean) => void): HTMLElement {
  const box = h('input', {
    attr: { type: 'checkbox', checked: isOn },
    on: { change: () => onChange(box.checked) },
  });
  return h('label', { class: 'toggle' }, box, label);
}

function legend(hasReference: boolean): Node[] {
  const entry = (kind: string, text: string) => h('span', {}, h('i', { class: `swatch swatch-${kind}` }), text);
  return [
    entry('good', 'as it should be'),
    entry('bad', 'down or not met'),
    entry('unsure', 'partly, or unknown'),
    entry('deed', 'what you did'),
    ...(hasReference ? [entry('reference', 'reference procedure')] : []),
  ];
}

/** Where a row was drawn, for what lies under the pointer. */
interface Placed {
  readonly row: Row;
  readonly top: number;
  readonly height: number;
}

function drawRows(rows: readonly Row[], scale: Scale, debrief: Debrief) {
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

function partingLine(at: number | undefined, scale: Scale, height: number): SVGElement[] {
  if (at === undefined || at < scale.from || at > scale.to) return [];
  const x = xOf(scale, at);
  const isLate = x > scale.left + scale.width - 120;
  return [
    s('line', { class: 'timeline-parting', x1: x, x2: x, y1: 18, y2: height }),
    s(
      'text',
      {
        class: 'timeline-parting-text',
        x: isLate ? x - 5 : x + 5,
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
  const label = isReference ? 'reference' : row.label;
  const most = Math.floor((scale.left - 18) / 6.4);
  part.append(
    s(
      'text',
      { class: 'lane-label', x: isReference ? 18 : 8, y: top + height / 2 + 4 },
      label.length > most ? `${label.slice(0, most - 1)}…` : label,
      s('title', {}, label),
    ),
  );
  if (row.curve !== undefined) part.append(...drawCurve(row.curve, scale, top + 4, height - 8));
  for (const bar of row.bars) part.append(...drawBar(bar, scale, barTop, barHeight, isReference));
  // Over the bars that follow.
  if (!isReference) part.append(...row.bars.flatMap((bar) => drawLabel(bar, scale, barTop, barHeight)));
  for (const mark of row.marks) {
    if (mark.at >= scale.from && mark.at <= scale.to) part.append(drawMark(mark, scale, top + height / 2, isReference));
  }
  return part;
}

function drawBar(bar: Bar, scale: Scale, y: number, height: number, isReference: boolean): SVGElement[] {
  if (bar.to < scale.from || bar.from > scale.to) return [];
  const right = scale.left + scale.width;
  const x = Math.max(scale.left, xOf(scale, bar.from));
  const width = Math.max(bar.tone === 'deed' ? 4 : 2, Math.min(right, xOf(scale, bar.to)) - x);
  const box = { x, y, width, height, rx: Math.min(3, height / 3) };
  const parts: SVGElement[] = [s('rect', { ...box, class: `bar bar-${bar.tone}` })];
  if (bar.striped === true) parts.push(s('rect', { ...box, class: 'bar-stripes' }));
  const room = Math.floor((width - 10) / sizes.character);
  if (!isReference && bar.text !== undefined && room >= 3) {
    const text = bar.text.length > room ? `${bar.text.slice(0, room - 1)}…` : bar.text;
    parts.push(s('text', { class: `bar-text bar-text-${bar.tone}`, x: x + 5, y: y + height - 4.5 }, text));
  }
  return parts;
}

function drawLabel(bar: Bar, scale: Scale, y: number, height: number): SVGElement[] {
  if (bar.label === undefined || bar.to < scale.from || bar.from > scale.to) return [];
  const right = scale.left + scale.width;
  const end = Math.min(right, xOf(scale, bar.to));
  const isLate = end + bar.label.length * sizes.character > right;
  return [
    s(
      'text',
      {
        class: `bar-label bar-label-${bar.tone}`,
        x: isLate ? Math.max(scale.left, xOf(scale, bar.from)) - 4 : end + 4,
        y: y + height - 4,
        'text-anchor': isLate ? 'end' : 'start',
      },
      bar.label,
    ),
  ];
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

interface Found {
  readonly tip: Tip;
  readonly where: string;
  /** When it began. */
  readonly at?: number;
}

/** The nearest thing of the row under the pointer. */
function thingAt(placed: readonly Placed[], scale: Scale, x: number, y: number): Found | undefined {
  const place = placed.find(({ top, height }) => y >= top && y < top + height);
  if (place === undefined) return undefined;
  const { row } = place;
  const where = row.of === 'reference' ? `${row.label}, reference` : row.label;
  const at = timeAt(scale, x);
  const reach = (7 / scale.width) * (scale.to - scale.from);
  const mark = nearest(
    row.marks.map((one) => ({ one, distance: Math.abs(one.at - at) })),
    reach,
  );
  if (mark !== undefined) return { tip: mark.tip, where, at: mark.at };
  const bar = nearest(
    row.bars.map((one) => ({ one, distance: at < one.from ? one.from - at : at > one.to ? at - one.to : 0 })),
    reach,
  );
  if (bar !== undefined) return { tip: bar.tip, where, at: bar.from };
  const point = row.curve?.points.findLast((one) => one.at <= at);
  return point === undefined || row.curve === undefined
    ? undefined
    : { tip: { title: row.curve.tip(point.value, point.of) }, where };
}

function nearest<T>(
  candidates: readonly { readonly one: T; readonly distance: number }[],
  reach: number,
): T | undefined {
  let best: { readonly one: T; readonly distance: number } | undefined;
  // The last of several begins latest: it lies on top.
  for (const candidate of candidates) {
    if (candidate.distance <= reach && candidate.distance <= (best?.distance ?? reach)) best = candidate;
  }
  return best?.one;
}
