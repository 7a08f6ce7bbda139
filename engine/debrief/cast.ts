/**
 * Recordings of terminals, asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/): a header line, then one event
 * a line. Written by clusters/student-host/recorder.py. A last line that is torn is left out.
 */
export interface Cast {
  /** Wall clock milliseconds of the recording's time 0. */
  readonly startedAt: number;
  readonly events: readonly CastEvent[];
}

export interface CastEvent {
  /** Wall clock milliseconds. */
  readonly at: number;
  /** "o" output, "r" a new size, "m" a mark. */
  readonly code: string;
  readonly data: string;
}

/** Undefined for a text that is no recording. */
export function parseCast(text: string): Cast | undefined {
  const [head, ...lines] = text.split('\n');
  const header = parseLine(head ?? '');
  if (typeof header !== 'object' || header === null || !('version' in header) || header.version !== 2) return undefined;
  const startedAt = 'timestamp' in header ? Number(header.timestamp) * 1000 : 0;
  const events = lines.flatMap((line): CastEvent[] => {
    const event = parseLine(line);
    if (!Array.isArray(event) || event.length < 3) return [];
    const [seconds, code, data] = event as [unknown, unknown, unknown];
    if (typeof seconds !== 'number' || typeof code !== 'string' || typeof data !== 'string') return [];
    return [{ at: startedAt + Math.round(seconds * 1000), code, data }];
  });
  return { startedAt, events };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
