import { KubewrightError } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { isRecord, type JsonRecord } from './json.ts';

/**
 * The witness's journal as events. A torn last line (the witness was in the middle of a write, or was killed in it) is
 * left out.
 * @throws KubewrightError COMMAND_FAILED when another line is not an event: then the record is damaged and proves nothing.
 */
export function parseJournal(text: string): TimelineEvent[] {
  const lines = text.split('\n');
  // Each line is written together with its newline: what stands after the last newline is not (wholly) written.
  const torn = lines.pop() ?? '';
  const events = lines.map((line, index) => {
    const event = parseEvent(line);
    if (event !== undefined) return event;
    throw new KubewrightError(
      'COMMAND_FAILED',
      `the witness's record is damaged: line ${index + 1} of ${lines.length} is not an event`,
      { remedy: 'What the record should prove cannot be judged in this session. Start the drill again.' },
    );
  });
  const last = parseEvent(torn);
  return last === undefined ? events : [...events, last];
}

function parseEvent(line: string): TimelineEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isTimelineEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown) => typeof value === 'string';
const flag = (value: unknown) => typeof value === 'boolean';
const figure = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const oneOf =
  (...words: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && words.includes(value);
const optional = (test: (value: unknown) => boolean) => (value: unknown) => value === undefined || test(value);
const texts = (value: unknown) => isRecord(value) && Object.values(value).every(text);
const shaped = (shape: Shape) => (value: unknown) => isRecord(value) && hasShape(value, shape);

const change = oneOf('present', 'gone');

/** One entry for every kind of domain/timeline.ts; `at` and `kind` are looked at before. */
const shapes: Readonly<Record<TimelineEvent['kind'], Shape>> = {
  started: {},
  tick: {},
  beat: { beat: figure, ok: flag },
  echo: { beat: figure },
  watch: { resource: oneOf('nodes', 'pods', 'poddisruptionbudgets'), state: oneOf('listed', 'lost') },
  node: {
    change,
    node: shaped({
      name: text,
      uid: text,
      ready: oneOf('True', 'False', 'Unknown'),
      unschedulable: flag,
      kubeletVersion: text,
    }),
  },
  pod: {
    change,
    pod: shaped({
      namespace: text,
      name: text,
      uid: text,
      node: text,
      labels: texts,
      phase: text,
      ready: flag,
      terminating: flag,
      owner: text,
    }),
  },
  pdb: {
    change,
    pdb: shaped({ namespace: text, name: text, uid: text, spec: text, disruptionsAllowed: figure }),
  },
  act: {
    act: shaped({
      requestedAt: figure,
      user: text,
      impersonated: optional(text),
      userAgent: text,
      verb: text,
      resource: text,
      subresource: text,
      namespace: text,
      name: text,
      code: figure,
      unschedulable: optional(flag),
    }),
  },
  traffic: { service: text, node: text, sent: figure, ok: figure, lastError: optional(text) },
};

function isTimelineEvent(value: unknown): value is TimelineEvent {
  if (!isRecord(value) || !figure(value['at']) || typeof value['kind'] !== 'string') return false;
  if (!Object.hasOwn(shapes, value['kind'])) return false;
  return hasShape(value, shapes[value['kind'] as TimelineEvent['kind']]);
}

function hasShape(value: JsonRecord, shape: Shape): boolean {
  return Object.entries(shape).every(([key, test]) => test(value[key]));
}
