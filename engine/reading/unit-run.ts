import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** How a unit has been running, as systemd of the machine tells it. */
export interface UnitRun {
  /** ActiveState and SubState: active/running, activating/auto-restart, failed/failed … */
  readonly active: string;
  readonly sub: string;
  /** How long it has been active without a break, ms in whole seconds; 0 when it is not. */
  readonly activeForMs: number;
  /** How often systemd has started it anew by itself since somebody last started it. */
  readonly restarts: number;
  /** Its files on disk are not those that systemd works with. */
  readonly needsReload: boolean;
  /** The program file of ExecStart= as systemd has it loaded; empty without one. */
  readonly program: string;
}

const askWithinMs = 15_000;

/** "now" comes from the machine itself: its clock is the one that stamps units. */
const askScript = 'date "+now=@%s" && systemctl show --timestamp=unix --property="$2" "$1"';
const properties = 'ActiveState,SubState,ActiveEnterTimestamp,NRestarts,NeedDaemonReload,ExecStart';

/** Asks systemd on the machine. @throws COMMAND_FAILED when the machine or systemd does not answer. */
export async function readUnitRun(machine: Node, unit: string): Promise<UnitRun> {
  const result = await machine.exec(['sh', '-c', askScript, 'sh', unit, properties], { timeoutMs: askWithinMs });
  const values = new Map(
    result.stdout.split('\n').map((line): [string, string] => {
      const [key = '', ...value] = line.split('=');
      return [key, value.join('=').trim()];
    }),
  );
  const active = values.get('ActiveState');
  if (result.exitCode !== 0 || active === undefined) throw commandFailed(result);
  const sinceMs = secondsOf(values.get('now')) - secondsOf(values.get('ActiveEnterTimestamp'));
  return {
    active,
    sub: values.get('SubState') ?? '',
    activeForMs: active === 'active' ? Math.max(0, sinceMs * 1000) : 0,
    restarts: Number(values.get('NRestarts') ?? 0),
    needsReload: values.get('NeedDaemonReload') === 'yes',
    // "{ path=/usr/bin/kubelet ; argv[]=… }"
    program: /\bpath=(\S+)/.exec(values.get('ExecStart') ?? '')?.[1] ?? '',
  };
}

/** Seconds of "@1764000000"; 0 where there is no time. */
function secondsOf(text: string | undefined): number {
  return Number(/^@(\d+)/.exec(text ?? '')?.[1] ?? 0);
}
