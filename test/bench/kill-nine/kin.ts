import { readdir, readFile } from 'node:fs/promises';

/** A process that works for a store: the command line itself, or a helper that it has started, such as kind or docker. */
export interface Kin {
  readonly pid: number;
  readonly command: string;
}

/** All processes that have the store's folder in their environment: helpers inherit it, and keep it when their parent is killed. */
export async function kinOf(home: string): Promise<Kin[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // One that has ended meanwhile, or is somebody else's, cannot be read: it is not ours.
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      if (!(await read('environ')).split('\0').includes(`KUBEWRIGHT_HOME=${home}`)) return [];
      return [{ pid: Number(pid), command: (await read('cmdline')).split('\0').join(' ').trim() }];
    }),
  );
  return found.flat();
}
