import type { Debrief } from '../../../engine/domain/debrief.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { s } from '../svg.ts';
import { drawRows, partingLine, sizes } from './draw-rows.ts';
import { rowsOf } from './rows.ts';
import { chosen, type Extent, momentText, panned, type Scale, timeAt, xOf, zoomed } from './scale.ts';
import { type Placed, thingAt } from './thing-at.ts';

export interface TimelineView extends View {
  /** Shows where a recording is, milliseconds since the hand-over; undefined takes it away. */
  playhead(at: number | undefined): void;
}

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
  /** On the picture's own scale: on a very wide screen the whole page is drawn larger. */
  const point = ({ clientX, clientY }: MouseEvent) => {
    const box = svg.getBoundingClientRect();
    const larger = box.width / Number(svg.getAttribute('width')) || 1;
    return { x: (clientX - box.left) / larger, y: (clientY - box.top) / larger };
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
        look(zoomed(shown, wholeOf(), event.deltaY > 0 ? 1.25 : 0.8, timeAt(scale, point(event).x)));
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
