import { terminalLimits } from '../../protocol.ts';

export interface CastEvent {
  /** Milliseconds since the hand-over. */
  readonly at: number;
  /** "o" output, "r" a new size, "m" a mark. */
  readonly code: string;
  readonly data: string;
}

export interface Cast {
  readonly size: CastSize;
  readonly events: readonly CastEvent[];
}

export interface CastSize {
  readonly cols: number;
  readonly rows: number;
}

/**
 * Reads an asciicast v2. It comes from the student host, where root may write what it likes, and its last line may be torn:
 * what is no event is left out, and no size is larger than a terminal can be.
 * @param zero wall clock milliseconds of the hand-over
 */
export function readCast(text: string, zero: number): Cast {
  const [head, ...lines] = text.split('\n');
  const header = Object(parse(head ?? '')) as { width?: unknown; height?: unknown; timestamp?: unknown };
  const base = (Number(header.timestamp) || 0) * 1000 - zero;
  const events = lines.flatMap((line): CastEvent[] => {
    const event = parse(line);
    if (!Array.isArray(event)) return [];
    const [seconds, code, data] = event as unknown[];
    if (!Number.isFinite(seconds) || typeof code !== 'string' || typeof data !== 'string') return [];
    return [{ at: base + Number(seconds) * 1000, code, data }];
  });
  return { size: sizeOf(Number(header.width) || 80, Number(header.height) || 24), events };
}

/** The size in the data of an "r" event; undefined when it is none. */
export function readSize(data: string): CastSize | undefined {
  const size = /^(\d+)x(\d+)$/.exec(data);
  return size === null ? undefined : sizeOf(Number(size[1]), Number(size[2]));
}

/** What a terminal takes and does not draw: sequences that begin with an escape, or with what does for one here. */
const unseen = /\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*|\([0-9A-Z]|[=>78])/gu;

/** When the first output came that draws anything: before it the screen is empty. */
export function firstShown(events: readonly CastEvent[]): number | undefined {
  return events.find(({ code, data }) => code === 'o' && /[^\s\p{Cc}]/u.test(data.replaceAll(unseen, '')))?.at;
}

function sizeOf(cols: number, rows: number): CastSize {
  const { minCols, maxCols, minRows, maxRows } = terminalLimits;
  return { cols: clamp(cols, minCols, maxCols), rows: clamp(rows, minRows, maxRows) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.trunc(value)));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
