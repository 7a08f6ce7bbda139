import { closeSync, fsync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { WitnessClock } from './clock.ts';
import { parseJournal } from './read-journal.ts';

/** Takes one event of the timeline. @throws when it could not be recorded, so that nobody goes on as if it had been. */
export type RecordEvent = (event: TimelineEvent) => void;

export interface Journal {
  readonly record: RecordEvent;
  /** What an earlier run of the witness left; empty for the first run, and when the record is damaged. */
  readonly earlier: readonly TimelineEvent[];
  close(): void;
}

const syncEveryMs = 1_000;

/** Opens (or goes on with) the append-only journal; its first line of this run is `started`. */
export function openJournal(path: string, clock: WitnessClock): Journal {
  const file = openSync(path, 'a+');
  const whole = dropTornTail(file);
  let size = whole.length;
  let syncedAt = clock.monotonic();

  let closed = false;

  const record: RecordEvent = (event) => {
    if (closed) throw new Error('the journal is closed');
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      // One write per line: a reader at any moment sees whole lines, and at most the last of them torn.
      const written = writeSync(file, line);
      if (written !== line.length) throw new Error(`only ${written} of ${line.length} bytes could be written`);
    } catch (error) {
      // Half a line (disk full) must not end up in the middle of the journal: that would spoil all of it.
      ftruncateSync(file, size);
      throw error;
    }
    size += line.length;
    if (clock.monotonic() - syncedAt >= syncEveryMs) {
      syncedAt = clock.monotonic();
      // Best effort against a crash of the host: a line that is lost then is a hole, and holes are seen.
      fsync(file, () => {});
    }
  };

  record({ at: clock.now(), kind: 'started' });
  return {
    record,
    earlier: readable(whole.toString('utf8')),
    close() {
      closed = true;
      fsyncSync(file);
      closeSync(file);
    },
  };
}

/** Cuts off a line that a killed witness did not end, and returns the whole lines. */
function dropTornTail(file: number): Buffer {
  const all = readFileSync(file);
  const end = all.lastIndexOf('\n') + 1;
  if (end < all.length) ftruncateSync(file, end);
  return all.subarray(0, end);
}

function readable(text: string): TimelineEvent[] {
  try {
    return parseJournal(text);
  } catch {
    // The reader on the host finds the same damage and says so; here it only means that nothing is known from before.
    return [];
  }
}
