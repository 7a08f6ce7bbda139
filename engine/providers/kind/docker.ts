import { KubewrightError } from '../../domain/errors.ts';
import { commandFailed, type Exec, type ExecOptions, type ExecResult } from '../../system/exec.ts';

/** How long an ordinary question to the engine may take. */
const engineDeadlineMs = 60_000;

/**
 * Runs the docker client (it honours DOCKER_HOST and contexts) and insists on success.
 * @throws KubewrightError ENGINE_UNREACHABLE when no engine answers, COMMAND_FAILED otherwise.
 */
export async function docker(exec: Exec, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const result = await exec.run(['docker', ...argv], { timeoutMs: engineDeadlineMs, ...options });
  if (result.exitCode === 0) return result;
  throw isUnreachable(result) ? engineUnreachable(result.stderr) : commandFailed(result);
}

/**
 * For "docker exec", whose exit code is the program's: the error when it was the engine that said no (no such container,
 * it is not running, the program could not be started), undefined when the program ran.
 */
export function refusalOfEngine(result: ExecResult): KubewrightError | undefined {
  if (result.exitCode === 0) return undefined;
  if (isUnreachable(result)) return engineUnreachable(result.stderr);
  return /^(error response from daemon|error: no such container|oci runtime exec failed)/i.test(result.stderr)
    ? commandFailed(result)
    : undefined;
}

/** Like docker(), for questions whose "no such object" answer is a normal one: undefined then. */
export async function dockerIfThere(exec: Exec, argv: readonly string[]): Promise<ExecResult | undefined> {
  const result = await dockerOfThoseThere(exec, argv);
  return result.exitCode === 0 ? result : undefined;
}

/** Like docker(), for questions about many objects, of which some may be gone: the answer is about the others then. */
export async function dockerOfThoseThere(exec: Exec, argv: readonly string[]): Promise<ExecResult> {
  const result = await exec.run(['docker', ...argv], { timeoutMs: engineDeadlineMs });
  if (result.exitCode === 0) return result;
  if (isUnreachable(result)) throw engineUnreachable(result.stderr);
  if (/no such|not found/i.test(result.stderr)) return result;
  throw commandFailed(result);
}

/**
 * For calls of the engine's API, which have no deadline of their own.
 * @throws KubewrightError ENGINE_UNREACHABLE when no engine answers, COMMAND_FAILED when there is no answer within a minute.
 */
export async function answered<T>(what: string, answer: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const seconds = engineDeadlineMs / 1000;
    over.reject(new KubewrightError('COMMAND_FAILED', `the Docker engine did not answer within ${seconds} s: ${what}`));
  }, engineDeadlineMs);
  try {
    return await Promise.race([answer, over.promise]);
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall === 'connect' ? engineUnreachable(message) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Lines of a docker listing, without empty ones. */
export function rows(result: ExecResult): string[] {
  return result.stdout.split('\n').filter((line) => line !== '');
}

function isUnreachable(result: ExecResult): boolean {
  // Docker 29 says "failed to connect to the docker API", and ends it with "no such file or directory".
  return /(cannot|failed to|trying to) connect to the docker (daemon|api)|error during connect|is the docker daemon running/i.test(
    result.stderr,
  );
}

function engineUnreachable(said: string): KubewrightError {
  return new KubewrightError('ENGINE_UNREACHABLE', `no Docker engine answers: ${said.trim().split('\n')[0]}`);
}
