import { randomUUID } from 'node:crypto';
import { KubewrightError } from '../../domain/errors.ts';
import { defaultOutputBytes, type Exec, type ExecOptions, type ExecResult, pasteable } from '../../system/exec.ts';
import { refusalOfEngine } from './docker.ts';
import type { HeldChannel } from './held-channel.ts';

/** How long a command may take when the caller does not say. */
const defaultTimeoutMs = 30_000;
/** In the environment of everything that a command starts there, whatever process group that has put itself into. */
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

/** Runs a program in a container; a non-zero exit is a result. */
export type ContainerRun = (argv: readonly string[], options?: RunOptions) => Promise<ExecResult>;

/**
 * Commands in a container go through the engine, never through the network the learner may have cut.
 * @param target name: for error texts; user: who runs what does not say
 * @param channel for commands of root; without it, and for what it can't take, each command is a "docker exec"
 */
export function createContainerRun(
  exec: Exec,
  target: { readonly name: string; readonly container: string; readonly user: string },
  channel?: HeldChannel,
): ContainerRun {
  return async (argv, options = {}) => {
    const { user, env, timeoutMs = defaultTimeoutMs, repeatable = false, ...rest } = options;
    const who = user ?? target.user;
    const environment = Object.entries(env ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const home = who === 'root' ? '/root' : `/home/${who}`;
    // `timeout` inside the machine ends the program there: ending the docker client alone would leave it running.
    const guarded = ['timeout', '--kill-after=5', String(Math.ceil(timeoutMs / 1000)), ...argv];
    const mark = `${runVariable}=${randomUUID()}`;
    // Ending the docker client ends nothing on the machine, and `timeout` ends one process group: the rest by its mark.
    const endRest = () =>
      exec
        .run(['docker', 'exec', '--user', 'root', target.container, 'sh', '-c', endScript, 'sh', mark], {
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
      target.container,
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
      throw new KubewrightError('COMMAND_FAILED', `${command}\nthe connection to ${target.name} ended while it ran`);
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
}
