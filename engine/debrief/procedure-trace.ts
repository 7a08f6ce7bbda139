import type { DebriefCommand } from '../domain/debrief.ts';
import type { Frame } from './spans.ts';

/** What a wait does again and again until something holds. */
const repeatedWithin = 6;
const repeatedAfterMs = 3_000;
const mostCommands = 500;
/** PS4, see traced.ts: the depth, then seconds since the epoch between two unit separators. */
const beginning = new RegExp(String.raw`^(?=\++\x1f\d+[.,]\d+\x1f)`, 'm');
const whole = new RegExp(String.raw`^(\++)\x1f(\d+)[.,](\d{3})\d*\x1f([^]*)$`);
/** Words of the shell that do nothing to the cluster; bash traces an assignment before a command on a line of its own. */
const shellWords = /^(set [-+]|export\b|local\b|true$|:|\[|test\b|read\b|(for|case|select) |[A-Za-z_]\w*\+?=)/;

/** The commands of a traced procedure. Each ends where the next one begins; what a loop repeats is one. */
export function traceCommands(trace: string, frame: Frame, finishedAt: number): DebriefCommand[] {
  const commands: { at: number; end: number; text: string }[] = [];
  const entries = trace.split(beginning).flatMap((entry) => {
    const match = whole.exec(entry);
    if (match === null || match[1] !== '+') return [];
    return [{ at: Number(match[2]) * 1000 + Number(match[3]) - frame.zero, text: (match[4] ?? '').trimEnd() }];
  });
  for (const [index, { at, text }] of entries.entries()) {
    const end = entries[index + 1]?.at ?? finishedAt - frame.zero;
    if (shellWords.test(text)) continue;
    const again = commands
      .slice(-repeatedWithin)
      .find((command) => command.text === text && at - command.end <= repeatedAfterMs);
    if (again === undefined) commands.push({ at, end, text });
    else again.end = end;
  }
  return commands
    .filter(({ at }) => frame.zero + at >= frame.from)
    .slice(0, mostCommands)
    .map((command) => ({ ...command, machine: 'student' }));
}
