import { commandFailed, type Exec } from '../../system/exec.ts';
import type { MachinePower, MachineRole, Node } from '../provider.ts';
import { docker } from './docker.ts';
import type { HeldChannel } from './held-channel.ts';
import { createContainerRun } from './run-in-container.ts';

const missingFile = 66;

/**
 * A node or the student host.
 * @param channel as createContainerRun has it
 */
export function createMachine(
  exec: Exec,
  machine: { name: string; role: MachineRole; address: string; container: string; power: MachinePower },
  channel?: HeldChannel,
): Node {
  const { name, container, role } = machine;
  const run = createContainerRun(exec, { name, container, user: role === 'student' ? 'student' : 'root' }, channel);
  return {
    name,
    role,
    address: machine.address,
    exec: (argv, options) => run(argv, options),
    async read(path) {
      const script = `[ -e "$1" ] || exit ${missingFile}; exec cat -- "$1"`;
      const result = await run(['sh', '-c', script, 'sh', path], { user: 'root', repeatable: true });
      if (result.exitCode === missingFile) return undefined;
      if (result.exitCode !== 0) throw commandFailed(result);
      return result.stdout;
    },
    async write(path, text, mode = '0644') {
      const script =
        'mkdir -p -- "$(dirname -- "$1")" && umask 077 && cat > "$1.new" && chmod "$2" "$1.new" && mv -- "$1.new" "$1"';
      const result = await run(['sh', '-c', script, 'sh', path, mode], { user: 'root', input: text });
      if (result.exitCode !== 0) throw commandFailed(result);
    },
    async isRunning() {
      const { stdout } = await docker(exec, ['inspect', '--format', '{{.State.Running}}', container]);
      return stdout.trim() === 'true';
    },
    power: machine.power,
  };
}
