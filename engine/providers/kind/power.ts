import type { Exec } from '../../system/exec.ts';
import type { MachinePower } from '../provider.ts';
import { docker } from './docker.ts';

/** The power of a machine is its container's. `replace` is the caller's: an empty machine has to be furnished. */
export function createPower(exec: Exec, container: string, replace: () => Promise<void>): MachinePower {
  const tell = async (verb: string) => void (await docker(exec, [verb, container]));
  return {
    // What was killed counts as stopped by hand, and its restart policy lets it be (moby, daemon/kill.go, killWithSignal).
    off: () => tell('kill'),
    on: () => tell('start'),
    freeze: () => tell('pause'),
    thaw: () => tell('unpause'),
    replace,
  };
}

/** `reboot` in a container ends it: this brings it back, as a restart of the engine does. What was killed stays off. */
export async function restartAfterReboot(exec: Exec, containers: readonly string[]): Promise<void> {
  await docker(exec, ['update', '--restart', 'unless-stopped', ...containers]);
}
