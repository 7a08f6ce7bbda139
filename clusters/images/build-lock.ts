import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageContext } from './context.ts';

const pollMs = 1_000;

/** One build at a time per cache: two would compile the same programs twice, on a machine that is busy with one. */
export async function withBuildLock<T>(context: ImageContext, use: () => Promise<T>): Promise<T> {
  const path = join(context.cacheFolder, 'build.lock');
  await mkdir(context.cacheFolder, { recursive: true });
  for (let told = false; !(await take(path)); told = true) {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) context.progress(`another build is going on (process ${owner ?? 'unknown'}); waiting for it`);
    await sleep(pollMs, undefined, context.signal === undefined ? {} : { signal: context.signal });
  }
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

/** Whether a process of this number runs (whoever it belongs to). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
