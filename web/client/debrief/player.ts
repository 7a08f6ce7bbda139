import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { button, h, type View } from '../dom.ts';
import { allowStylesByScript } from '../strict-styles.ts';
import { terminalColours } from '../terminal-colours.ts';
import { momentText } from './scale.ts';

allowStylesByScript();

export interface PlayerView extends View {
  /** Goes to a moment, milliseconds since the hand-over, and shows what the screen was then. */
  seek(at: number): void;
}

/** Pauses longer than this are cut short: nobody wants to wait through them. */
const longestPauseMs = 2_000;
const speeds = [1, 2, 4, 8] as const;

interface Event {
  /** Milliseconds since the hand-over. */
  readonly at: number;
  readonly code: string;
  readonly data: string;
}

/** Plays an asciicast v2 on a screen that nobody can type into. */
export function playerView(options: {
  readonly cast: string;
  /** Wall clock milliseconds of the hand-over. */
  readonly zero: number;
  readonly onMoment: (at: number) => void;
}): PlayerView {
  const { cols, rows, events } = readCast(options.cast, options.zero);
  const box = h('div', { class: 'player-screen', testid: 'player-screen' });
  const terminal = new Terminal({
    ...{
      cols,
      rows,
      disableStdin: true,
      cursorBlink: false,
      scrollback: 5_000,
      logLevel: 'off',
      theme: terminalColours,
    },
    ...{ fontSize: 13, lineHeight: 1.15, minimumContrastRatio: 4.5, allowProposedApi: true },
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  });
  const begin = events[0]?.at ?? 0;
  const end = events.at(-1)?.at ?? 0;
  /** The next event to be shown, and the moment that is shown. */
  let next = 0;
  let now = begin;
  let speed: number = speeds[0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;

  const show = (event: Event) => {
    if (event.code === 'o') terminal.write(event.data);
    const size = event.code === 'r' ? /^(\d+)x(\d+)$/.exec(event.data) : null;
    if (size !== null) terminal.resize(Number(size[1]), Number(size[2]));
  };
  const showMoment = () => {
    slider.value = String(Math.round(now - begin));
    slider.setAttribute('aria-valuetext', momentText(now));
    time.textContent = `${momentText(now)} / ${momentText(end)}`;
    options.onMoment(now);
  };
  const pause = () => {
    clearTimeout(timer);
    timer = undefined;
    play.textContent = 'Play';
  };
  const step = () => {
    const event = events[next];
    if (event === undefined) return pause();
    show(event);
    next += 1;
    now = event.at;
    showMoment();
    const wait = Math.min(longestPauseMs, (events[next]?.at ?? now) - now) / speed;
    timer = setTimeout(step, wait);
    return undefined;
  };
  const seek = (to: number) => {
    const at = Math.max(begin, Math.min(end, to));
    if (at < now) {
      terminal.reset();
      terminal.resize(cols, rows);
      next = 0;
    }
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      show(event);
      next += 1;
    }
    now = at;
    showMoment();
  };

  const play = button('Play', {
    kind: 'primary',
    testid: 'play',
    onClick: () => {
      if (timer !== undefined) return pause();
      if (next >= events.length) seek(begin);
      play.textContent = 'Pause';
      step();
      return undefined;
    },
  });
  const slider = h('input', {
    class: 'player-slider',
    attr: {
      type: 'range',
      min: '0',
      max: String(Math.max(1, Math.round(end - begin))),
      value: '0',
      step: '100',
      'aria-label': 'Moment',
    },
    on: {
      input: () => {
        pause();
        seek(begin + Number(slider.value));
      },
    },
  });
  const time = h('span', { class: 'player-time' });
  const faster = button('1×', {
    title: 'Speed',
    onClick: () => {
      speed = speeds[(speeds.indexOf(speed as (typeof speeds)[number]) + 1) % speeds.length] ?? 1;
      faster.textContent = `${speed}×`;
    },
  });
  const element = h('div', { class: 'player' }, box, h('div', { class: 'player-bar' }, play, slider, time, faster));
  requestAnimationFrame(() => {
    if (isOpen) return;
    isOpen = true;
    terminal.open(box);
    terminal.textarea?.setAttribute('aria-label', 'Recorded terminal');
    if (terminal.textarea !== undefined) terminal.textarea.tabIndex = -1;
    seek(begin);
  });
  return {
    element,
    seek(at) {
      pause();
      seek(at);
    },
    dispose() {
      isOpen = true;
      pause();
      terminal.dispose();
    },
  };
}

function readCast(cast: string, zero: number): { cols: number; rows: number; events: Event[] } {
  const [head, ...lines] = cast.split('\n').filter((line) => line !== '');
  const header = JSON.parse(head ?? '{}') as { width?: number; height?: number; timestamp?: number };
  const base = (header.timestamp ?? 0) * 1000 - zero;
  const events = lines.map((line) => {
    const [seconds, code, data] = JSON.parse(line) as [number, string, string];
    return { at: base + seconds * 1000, code, data };
  });
  return { cols: header.width ?? 80, rows: header.height ?? 24, events };
}
