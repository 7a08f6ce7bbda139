import type { Span } from '../domain/debrief.ts';

/** The part of wall clock time that is shown, and what its moments are told from. */
export interface Frame {
  /** Wall clock milliseconds: the drill was handed over; the beginning and the end of what is shown. */
  readonly zero: number;
  readonly from: number;
  readonly until: number;
}

/** A state and the wall clock time from which it held. */
export interface Turn<State> {
  readonly at: number;
  readonly state: State;
}

/** Turns of one thing into spans of equal state, clipped to the frame and told from its zero. Nothing is known before the first turn. */
export function spansOf<State extends object>(turns: readonly Turn<State>[], frame: Frame): (Span & State)[] {
  const spans: (Span & State)[] = [];
  for (const [index, { at, state }] of turns.entries()) {
    const from = Math.max(at, frame.from);
    const to = Math.min(turns[index + 1]?.at ?? frame.until, frame.until);
    if (to <= from) continue;
    const last = spans.at(-1);
    if (last !== undefined && last.to === from - frame.zero && isSame(last, state)) {
      spans[spans.length - 1] = { ...last, to: to - frame.zero };
    } else spans.push({ from: from - frame.zero, to: to - frame.zero, ...state });
  }
  return spans;
}

function isSame<State extends object>(span: Span & State, state: State): boolean {
  const { from: _from, to: _to, ...of } = span;
  return JSON.stringify(of) === JSON.stringify(state);
}

/** Times longer than `most` between two of these (sorted) moments, and at both ends of the frame. */
export function holesBetween(times: readonly number[], frame: Frame, most: number): Span[] {
  const inside = times.filter((time) => time >= frame.from && time <= frame.until);
  const edges = [frame.from, ...inside, frame.until];
  return edges.flatMap((from, index) => {
    const to = edges[index + 1];
    return to !== undefined && to - from > most ? [{ from: from - frame.zero, to: to - frame.zero }] : [];
  });
}
