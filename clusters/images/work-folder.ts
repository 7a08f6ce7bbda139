import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageContext } from './context.ts';

/** Gives an empty folder in the cache (not in /tmp, which may be memory) and removes it afterwards, whatever happened. */
export async function withWorkFolder<T>(context: ImageContext, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(context.cacheFolder, 'work');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `${process.pid}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
