import { button, h, type View } from '../dom.ts';
import { createScreen, restart, writeInPieces } from '../screen.ts';
import { type CastEvent, type CastSize, firstShown, readCast, readSize } from './read-cast.ts';
import { momentText } from './scale.ts';

export interface PlayerView extends View {
  /** Goes to a moment, milliseconds since the hand-over, and shows what the screen was then. */
  seek(at: number): void;
}

/** Pauses longer than this are cut short: nobody wants to wait through them. */
const longestPauseMs = 2_000;
const speeds = [1, 2, 4, 8] as const;

/** Plays an asciicast v2 on a screen that nobody can type into. */
export function playerView(options: {
  readonly cast: string;
  /** Wall clock milliseconds of the hand-over. */
  readonly zero: number;
  /** What is shown at first, milliseconds since the hand-over; left out, the first moment at which there is anything to see. */
  readonly opensAt?: number;
  readonly onMoment: (at: number) => void;
}): PlayerView {
  const { size, events } = readCast(options.cast, options.zero);
  const box = h('div', { class: 'player-screen', testid: 'player-screen' });
  const terminal = createScreen({ ...size, fontSize: 13, disableStdin: true, cursorBlink: false, scrollback: 5_000 });
  const begin = events[0]?.at ?? 0;
  const end = events.at(-1)?.at ?? 0;
  /** The next event to be shown, and the moment that is shown. */
  let next = 0;
  let now = begin;
  let speed: number = speeds[0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;
  /** It was sent to a moment before it was open. */
  let isSent = false;
  /** While the screen still parses what it was given for one moment, only the last of the moments wished for is kept. */
  let isBusy = false;
  let wished: number | undefined;

  const resize = ({ cols, rows }: CastSize) => terminal.resize(cols, rows);
  const show = (event: CastEvent) => {
    if (event.code === 'o') writeInPieces(terminal, event.data);
    const next = event.code === 'r' ? readSize(event.data) : undefined;
    // In its place in the stream: what came before it is wrapped at the size before it.
    if (next !== undefined) terminal.write('', () => resize(next));
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
    if (isBusy) {
      wished = to;
      return;
    }
    const at = Math.max(begin, Math.min(end, to));
    if (at < now) {
      restart(terminal, () => resize(size));
      next = 0;
    }
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      show(event);
      next += 1;
    }
    now = at;
    showMoment();
    isBusy = true;
    terminal.write('', () => {
      isBusy = false;
      const last = wished;
      wished = undefined;
      if (last !== undefined) seek(last);
    });
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
    seek(isSent ? now : (options.opensAt ?? firstShown(events) ?? begin));
  });
  return {
    element,
    seek(at) {
      isSent = true;
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
