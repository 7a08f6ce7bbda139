/** What part of the drill is shown, milliseconds since the hand-over, and where it lies on the picture, pixels. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
}

export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The least that is shown: below this the record is no finer. */
const leastMs = 5_000;

export function xOf(scale: Scale, at: number): number {
  return scale.left + ((at - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function timeAt(scale: Scale, x: number): number {
  return scale.from + ((x - scale.left) / scale.width) * (scale.to - scale.from);
}

/** The part shown after zooming by a factor (below 1 is closer) around a moment, kept within the whole. */
export function zoomed(shown: Extent, whole: Extent, factor: number, around: number): Extent {
  const span = Math.min(whole.to - whole.from, Math.max(leastMs, (shown.to - shown.from) * factor));
  const share = (around - shown.from) / (shown.to - shown.from);
  return within({ from: around - share * span, to: around + (1 - share) * span }, whole);
}

/** The same span, moved, and kept within the whole. */
export function panned(shown: Extent, whole: Extent, by: number): Extent {
  return within({ from: shown.from + by, to: shown.to + by }, whole);
}

/** A part that was chosen, not smaller than can be seen. */
export function chosen(a: number, b: number, whole: Extent): Extent {
  const [from, to] = a < b ? [a, b] : [b, a];
  const missing = Math.max(0, leastMs - (to - from)) / 2;
  return within({ from: from - missing, to: to + missing }, whole);
}

function within({ from, to }: Extent, whole: Extent): Extent {
  const span = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - span);
  return { from: start, to: start + span };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);

/** Round moments for the axis, at least so many pixels apart. */
export function ticksOf(scale: Scale, apart: number): number[] {
  const perPixel = (scale.to - scale.from) / scale.width;
  const step = steps.find((candidate) => candidate / perPixel >= apart) ?? 3_600_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(scale.from / step) * step; at <= scale.to; at += step) ticks.push(at === 0 ? 0 : at);
  return ticks;
}

/** Time since the hand-over: 75 400 -> "1:15", -3 000 -> "−0:03"; from an hour on "1:02:03". */
export function momentText(ms: number): string {
  const seconds = Math.abs(Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  const text = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
  return ms < 0 && seconds > 0 ? `−${text}` : text;
}
