import type { TimelineEvent } from '../../domain/timeline.ts';
import { commandFailed } from '../../system/exec.ts';
import { parseJournal } from '../../witness/read-journal.ts';
import type { Witness } from '../provider.ts';
import type { ContainerRun } from './run-in-container.ts';

/** The record of a long drill is a few MiB; more than this is not read. */
const maxJournalBytes = 256 * 1024 * 1024;
const readDeadlineMs = 60_000;
/** The journal in the witness's container: witnessFiles() of the program that is copied to /witness. */
export const journalPath = '/witness/journal.jsonl';

/**
 * Prints which file it is and from which byte on, then its bytes from there. A journal that is another one than was read
 * before, or that is shorter, is read from its beginning: a witness that is told of another drill begins a new one.
 */
const script = `
exec 3< "$1" || exit
set -- "$2" "$3" $(stat -L -c '%d.%i.%.9W %s' /proc/self/fd/3)
[ "$1" = "$3" ] && [ "$2" -le "$4" ] || set -- "$3" 0
echo "$1 $2"
exec tail -c "+$(($2 + 1))" <&3`;

/** What is known of the journal so far. */
interface Read {
  /** Device, inode and time of birth. */
  readonly file: string;
  /** Bytes of the whole lines among them. */
  readonly bytes: number;
  readonly events: readonly TimelineEvent[];
}

/** Reads the witness's journal, at each question only what has come since the last one. */
export function createWitnessRecord(run: ContainerRun, journal = journalPath): Pick<Witness, 'timeline'> {
  let known: Read = { file: 'none', bytes: 0, events: [] };
  let reading: Promise<Read> = Promise.resolve(known);

  const readOn = async (): Promise<Read> => {
    const result = await run(['sh', '-c', script, 'read-journal', journal, known.file, String(known.bytes)], {
      ...{ repeatable: true, timeoutMs: readDeadlineMs, maxOutputBytes: maxJournalBytes },
    });
    if (result.exitCode !== 0) throw commandFailed(result);
    const [file = '', from = ''] = (/^(\S+) (\d+)\n/.exec(result.stdout) ?? []).slice(1);
    const news = result.stdout.slice(result.stdout.indexOf('\n') + 1);
    // A line that is not ended yet comes whole the next time.
    const whole = news.slice(0, news.lastIndexOf('\n') + 1);
    const before = from === '0' ? [] : known.events;
    const events = whole === '' ? before : [...before, ...parseJournal(whole)];
    known = { file, bytes: Number(from) + Buffer.byteLength(whole), events };
    return known;
  };

  return {
    async timeline() {
      // One after the other: each answer holds all that was recorded when it was asked for.
      reading = reading.catch(() => {}).then(readOn);
      return (await reading).events;
    },
  };
}
