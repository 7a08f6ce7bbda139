import { KubewrightError } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { isTimelineEvent } from './event-shape.ts';

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
