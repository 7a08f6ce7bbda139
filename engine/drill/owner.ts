import { readFileSync } from 'node:fs';

/**
 * Who is at work on a session: "pid:start time", so that a pid that was given to another process later is not taken
 * for the owner. Start time is field 22 of /proc/<pid>/stat (proc(5)); where there is no /proc the pid alone has to do.
 */
export function ownProcess(pid: number = process.pid): string {
  return `${pid}:${startTime(pid) ?? ''}`;
}

export function isAlive(owner: string | undefined): boolean {
  const [pid, started] = (owner ?? '').split(':');
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startTime(Number(pid)) === started;
}

function startTime(pid: number): string | undefined {
  try {
    // The command name in field 2 may contain spaces and brackets: count from the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
