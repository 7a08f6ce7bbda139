import { execa } from 'execa';
import { KubewrightError } from '../domain/errors.ts';

/** Most bytes kept of each stream where the caller does not say. */
export const defaultOutputBytes = 16 * 1024 * 1024;

export interface ExecOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds after which the process is ended; the result then says timedOut. Two hours when nothing is said. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stdout and stderr as it is printed. */
  readonly onLine?: (line: string) => void;
  /** Most bytes kept of each stream; more is cut off at the end, and the exit code is not 0 then. Default 16 MiB. */
  readonly maxOutputBytes?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** The command as it could be pasted into a shell. */
  readonly command: string;
}

/** The outside world's processes. A non-zero exit is a result, not an exception: use mustSucceed where it is one. */
export interface Exec {
  /**
   * Runs a program without a shell.
   * @throws KubewrightError TOOL_MISSING when the program is not there; INTERRUPTED when the signal fires.
   */
  run(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** The same, with a variable in the environment of everything that it starts. */
export function withVariable(exec: Exec, name: string, value: string): Exec {
  return { run: (argv, options = {}) => exec.run(argv, { ...options, env: { ...options.env, [name]: value } }) };
}

const killAfterMs = 5_000;
/** Nothing runs for ever. Compiling Kubernetes is the longest: about a quarter of an hour on two idle cores. */
const longestMs = 7_200_000;

/** The real thing: the only place that imports execa. */
export const systemExec: Exec = {
  async run(argv, options = {}) {
    const [file, ...args] = argv;
    if (file === undefined) throw new KubewrightError('USAGE', 'an empty command was to be run');
    const command = pasteable(argv);
    const child = execa(file, args, {
      reject: false,
      stripFinalNewline: false,
      maxBuffer: options.maxOutputBytes ?? defaultOutputBytes,
      forceKillAfterDelay: killAfterMs,
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      timeout: options.timeoutMs ?? longestMs,
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
    if (options.onLine !== undefined) {
      const onLine = options.onLine;
      for (const stream of [child.stdout, child.stderr]) forEachLine(stream, onLine);
    }
    const result = await child;
    if (result.isCanceled) throw new KubewrightError('INTERRUPTED', `interrupted: ${command}`);
    if (result.code === 'ENOENT' && result.exitCode === undefined) {
      throw new KubewrightError('TOOL_MISSING', `the program "${file}" was not found`);
    }
    // Output that was cut off must not look like a success, also when the program had ended by then.
    const exitCode = result.isMaxBuffer ? undefined : result.exitCode;
    return {
      exitCode: exitCode ?? (result.timedOut ? 124 : 128),
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
      timedOut: result.timedOut,
      command,
    };
  },
};

/** Runs and insists on exit code 0. @throws KubewrightError COMMAND_FAILED with the paste-able command and its last output. */
export async function mustSucceed(exec: Exec, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const result = await exec.run(argv, options);
  if (result.exitCode === 0) return result;
  throw commandFailed(result);
}

/** The error for a command that ended with something else than 0. */
export function commandFailed(result: ExecResult): KubewrightError {
  const output = lastLines(result.stderr.trim() === '' ? result.stdout : result.stderr, 12);
  const how = result.timedOut ? 'did not end in time' : `ended with exit code ${result.exitCode}`;
  return new KubewrightError('COMMAND_FAILED', `${result.command}\n${how}${output === '' ? '' : `:\n${output}`}`);
}

/** A command line that a POSIX shell reads back as the same words. */
export function pasteable(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function forEachLine(stream: NodeJS.ReadableStream | null | undefined, onLine: (line: string) => void): void {
  // A character of several bytes may come in two chunks.
  const decoder = new TextDecoder();
  let rest = '';
  stream?.on('data', (chunk: Buffer | string) => {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
