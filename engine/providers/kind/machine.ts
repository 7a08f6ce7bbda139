import { randomUUID } from 'node:crypto';
import { KubewrightError } from '../../domain/errors.ts';
import {
  commandFailed,
  defaultOutputBytes,
  type Exec,
  type ExecOptions,
  type ExecResult,
  pasteable,
} from '../../system/exec.ts';
import type { MachinePower, MachineRole, Node } from '../provider.ts';
import { docker, refusalOfEngine } from './docker.ts';
import type { HeldChannel } from './held-channel.ts';

/** How long a command on a machine may take when the caller does not say. */
const defaultTimeoutMs = 30_000;
const missingFile = 66;
/** In the environment of everything that a command starts on the machine, whatever process group that has put itself into. */
const runVariable = 'KUBEWRIGHT_RUN';
const endDeadlineMs = 10_000;
/** How much longer it is waited for here than there. */
const slackMs = 10_000;
/** What may take longer than this gains nothing by a channel, and has more to lose by its end. */
const quickMs = 60_000;
/** Looks until nothing is found: what is being killed may start another in its last moment. */
const endScript = `
for _ in 1 2 3 4 5; do
  found=
  for file in /proc/[0-9]*/environ; do
    grep -qzxF -- "$1" "$file" 2>/dev/null || continue
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null && found=yes
  done
  [ -n "$found" ] || break
done`;

/** repeatable: running it twice does no harm. */
type RunOptions = ExecOptions & { readonly user?: string; readonly repeatable?: boolean };

/**
 * A node or the student host: commands go through the engine's exec, never through the network the learner may have cut.
 * @param channel for commands of root; without it, and for what it can't take, each command is a "docker exec"
 */
export function createMachine(
  exec: Exec,
  machine: { name: string; role: MachineRole; address: string; container: string; power: MachinePower },
  channel?: HeldChannel,
): Node {
  const run = async (argv: readonly string[], options: RunOptions = {}): Promise<ExecResult> => {
    const { user, env, timeoutMs = defaultTimeoutMs, repeatable = false, ...rest } = options;
    const who = user ?? (machine.role === 'student' ? 'student' : 'root');
    const environment = Object.entries(env ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const home = who === 'root' ? '/root' : `/home/${who}`;
    // `timeout` inside the machine ends the program there: ending the docker client alone would leave it running.
    const guarded = ['timeout', '--kill-after=5', String(Math.ceil(timeoutMs / 1000)), ...argv];
    const mark = `${runVariable}=${randomUUID()}`;
    // Ending the docker client ends nothing on the machine, and `timeout` ends one process group: the rest by its mark.
    const endRest = () =>
      exec
        .run(['docker', 'exec', '--user', 'root', machine.container, 'sh', '-c', endScript, 'sh', mark], {
          timeoutMs: endDeadlineMs,
        })
        .catch(() => undefined);
    const words = [
      'docker',
      'exec',
      ...(options.input === undefined ? [] : ['--interactive']),
      ...['--user', who, '--env', `HOME=${home}`, '--workdir', home],
      ...environment,
      ...['--env', mark],
      machine.container,
      ...guarded,
    ];
    const inChannel = async (): Promise<ExecResult | undefined> => {
      const isFit = who === 'root' && timeoutMs <= quickMs && rest.onLine === undefined && rest.cwd === undefined;
      if (channel === undefined || !isFit) return undefined;
      const variables = { HOME: home, ...env };
      const outcome = await channel.run(
        {
          argv: guarded,
          env: [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), mark],
          folder: home,
          input: rest.input,
        },
        {
          timeoutMs: timeoutMs + slackMs,
          maxOutputBytes: rest.maxOutputBytes ?? defaultOutputBytes,
          signal: rest.signal,
        },
      );
      if (outcome.kind === 'not-run' || (outcome.kind === 'lost' && repeatable)) return undefined;
      const command = pasteable(words);
      if (outcome.kind === 'result') {
        const { exitCode, stdout, stderr, timedOut } = outcome;
        return { exitCode, stdout, stderr, timedOut, command };
      }
      await endRest();
      // No exit code: a check would judge by it, and the learner can end the channel at any time.
      throw new KubewrightError('COMMAND_FAILED', `${command}\nthe connection to ${machine.name} ended while it ran`);
    };
    const byEngine = async (): Promise<ExecResult> => {
      const result = await exec.run(words, { ...rest, timeoutMs: timeoutMs + slackMs });
      // Not an answer of the machine: a check must not take it for one.
      const refusal = refusalOfEngine(result);
      if (refusal !== undefined) throw refusal;
      return result;
    };
    const started = (async () => (await inChannel()) ?? (await byEngine()))();
    const result = await started.catch(async (error: unknown) => {
      if (options.signal?.aborted === true) await endRest();
      throw error;
    });
    if (result.exitCode !== 124 && result.exitCode !== 137 && !result.timedOut) return result;
    await endRest();
    return { ...result, timedOut: true };
  };
  return {
    name: machine.name,
    role: machine.role,
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
      const { stdout } = await docker(exec, ['inspect', '--format', '{{.State.Running}}', machine.container]);
      return stdout.trim() === 'true';
    },
    power: machine.power,
  };
}
