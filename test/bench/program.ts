import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { checkout } from '../real/command-line.ts';

const launcher = join(checkout, 'engine', 'cli', 'kubewright.js');
/** No state of a session takes longer to come, on two busy cores. */
const longestMs = 900_000;

/** The command line in a process of its own, beside the bench. */
export interface Program {
  readonly pid: number;
  /** What it has printed so far, results and progress in one. */
  readonly lines: () => readonly string[];
  readonly hasEnded: () => boolean;
  /** The first value that the look gives. @throws when the program ends before, or the time is over. */
  readonly until: <T>(what: string, look: () => Promise<T | undefined> | T | undefined, everyMs?: number) => Promise<T>;
  /** Sends the signal to this process alone, never to those that it has started, and waits for its end. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  /** Its exit code when it ends by itself. */
  readonly exitCode: () => Promise<number>;
}

/** Starts the command line on the store in that folder. */
export function launch(
  home: string,
  argv: readonly string[],
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Program {
  // This Node, not the launcher's choice: it would run as a child of what is killed.
  const child = spawn(process.execPath, [launcher, ...argv], {
    cwd: checkout,
    env: { ...process.env, KUBEWRIGHT_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const lines = () => text.split('\n').filter((line) => line !== '');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const words = `kubewright ${argv.join(' ')}`;
  const until: Program['until'] = async (what, look, everyMs = 20) => {
    const seen = await retryUntil(systemClock, { withinMs: longestMs, everyMs, signal }, async () => {
      // Asked before the look: what a program did in its last moment still counts.
      const over = hasEnded();
      const value = await look();
      if (value === undefined && over) throw new Error(`${words} ended before ${what}:\n${text}`);
      return value;
    });
    if (seen === undefined) throw new Error(`${words}: ${what} did not come:\n${text}`);
    return seen;
  };
  return {
    pid: child.pid ?? 0,
    lines,
    hasEnded,
    until,
    async end(name) {
      child.kill(name);
      await ended;
    },
    async exitCode() {
      await until('its end', () => (hasEnded() ? true : undefined));
      return child.exitCode ?? -1;
    },
  };
}

/** What a server prints for the browser, when it has dealt with what it found, or after 10 s. */
export async function addressOf(server: Program): Promise<string> {
  return server.until('the address of the page', () => server.lines().find((line) => line.startsWith('http://')));
}
