import { readFile } from 'node:fs/promises';
import { findProcessesWith } from '../../../engine/system/processes.ts';

/** A process that works for a store: the command line itself, or a helper that it has started, such as kind or docker. */
export interface Kin {
  readonly pid: number;
  readonly command: string;
}

/** All processes that have the store's folder in their environment: helpers inherit it, and keep it when their parent is killed. */
export async function kinOf(home: string): Promise<Kin[]> {
  const pids = await findProcessesWith('KUBEWRIGHT_HOME', home);
  return Promise.all(
    pids.map(async (pid) => {
      // One that has ended meanwhile has no command line any more.
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, command: command.split('\0').join(' ').trim() };
    }),
  );
}
