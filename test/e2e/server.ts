import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { checkout, program } from '../real/command-line.ts';

export interface ServeProcess {
  /** The address that was printed, with its one-use token. */
  readonly url: string;
  /** Ctrl-C, and waits until it has ended. */
  stop(): Promise<void>;
  /** kill -9: it has no time for anything. */
  kill(): Promise<void>;
}

/**
 * "kubewright serve" as a user runs it, on a free port, with a store of its own. On this Node itself: an older one on the
 * PATH would run it in a child of a child, and a kill would not reach that.
 */
export async function startServe(home: string, ...options: readonly string[]): Promise<ServeProcess> {
  const child: ChildProcess = spawn(process.execPath, [program, 'serve', '--port', '0', ...options], {
    cwd: checkout,
    env: { ...process.env, KUBEWRIGHT_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\S+/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await exited;
    },
  };
}
