import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

export interface UnitState {
  /** ActiveState: active, inactive, failed, activating … A kubelet that crashes in a loop is "activating". */
  readonly active: string;
  /** UnitFileState: enabled, disabled, masked …; "not installed" when systemd has no such unit. */
  readonly file: string;
}

const askWithinMs = 15_000;

/** Asks systemd on the machine. @throws COMMAND_FAILED when the machine or systemd does not answer. */
export async function readUnit(machine: Node, unit: string): Promise<UnitState> {
  const argv = ['systemctl', 'show', '--property=ActiveState,UnitFileState,LoadState', unit];
  const result = await machine.exec(argv, { timeoutMs: askWithinMs });
  const values = new Map(
    result.stdout.split('\n').map((line): [string, string] => {
      const [key = '', ...value] = line.split('=');
      return [key, value.join('=').trim()];
    }),
  );
  const active = values.get('ActiveState');
  if (result.exitCode !== 0 || active === undefined) throw commandFailed(result);
  const file = values.get('UnitFileState') ?? '';
  return { active, file: file === '' ? (values.get('LoadState') === 'not-found' ? 'not installed' : 'unknown') : file };
}
