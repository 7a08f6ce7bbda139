import type { DebriefCommand } from '../domain/debrief.ts';
import type { Recording } from '../providers/provider.ts';
import { parseCast } from './cast.ts';
import type { Frame } from './spans.ts';

const mostCommands = 500;

/**
 * The lines that were run at the prompts of a terminal, by the marks that the shells of the student host and of the nodes
 * print (clusters/student-host/files/etc/kubewright/marks.sh): OSC 633;E with the line, OSC 133;C when it begins, OSC
 * 133;D with its exit code when the next prompt comes. Shells are told apart by aid=<machine>:<pid>, so that those within
 * each other (ssh, sudo -i) each have their own.
 */
export function commandsOf(recording: Recording, frame: Frame): DebriefCommand[] {
  const cast = parseCast(recording.cast);
  if (cast === undefined) return [];
  const commands: { aid: string; command: DebriefCommand }[] = [];
  let line = '';
  for (const { at, payload } of marksOf(cast.events)) {
    const [number, kind, ...rest] = payload.split(';');
    if (number === '633' && kind === 'E') line = unescape(rest.join(';'));
    if (number !== '133') continue;
    const aid = rest.find((part) => part.startsWith('aid='))?.slice(4) ?? '';
    const moment = at - frame.zero;
    if (kind === 'C' && line !== '') {
      commands.push({
        aid,
        command: { at: moment, text: line, machine: machineOf(aid, recording), terminal: recording.terminal },
      });
      line = '';
    }
    if (kind === 'D') {
      const open = commands.findLast((one) => one.aid === aid);
      if (open === undefined || open.command.end !== undefined) continue;
      const exit = Number.parseInt(rest[0] ?? '', 10);
      open.command = { ...open.command, end: moment, ...(Number.isNaN(exit) ? {} : { exit }) };
    }
  }
  return commands
    .filter(({ command: { at } }) => frame.zero + at >= frame.from && frame.zero + at <= frame.until)
    .slice(0, mostCommands)
    .map(({ command }) => command);
}

function machineOf(aid: string, { on }: Recording): string {
  return aid.split(':')[0] || on;
}

/** An OSC may be cut in two by the recording: the rest of one event is put before the next. */
function* marksOf(
  events: readonly { at: number; code: string; data: string }[],
): Generator<{ at: number; payload: string }> {
  let rest = '';
  for (const { at, code, data } of events) {
    if (code !== 'o') continue;
    const text = rest + data;
    let seen = 0;
    for (const match of text.matchAll(osc)) {
      seen = match.index + match[0].length;
      yield { at, payload: match[1] ?? '' };
    }
    const open = text.lastIndexOf('\u001b', text.length);
    rest = open >= seen && text.length - open < longestMark ? text.slice(open) : '';
  }
}

const longestMark = 16_384;
/** ESC ] … BEL, or ESC ] … ESC \\: made of text, since control characters in a pattern are easily overlooked. */
const osc = new RegExp(String.raw`\x1b\]((?:133|633);[^\x07\x1b]*)(?:\x07|\x1b\\)`, 'g');

/** As VS Code's shell integration escapes: "\\" is a backslash, "\x3b" any other character. */
function unescape(text: string): string {
  return text.replaceAll(/\\(?:\\|x([0-9a-fA-F]{2}))/g, (_, code: string | undefined) =>
    code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
