import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../engine/system/exec.ts';
import { cacheRoot, installationRoot } from '../../engine/system/paths.ts';

/** What the image functions need from outside. Everything but exec and progress has the real thing as its default. */
export interface ImageDeps {
  readonly exec: Exec;
  /** One line for the user, about what is being done. */
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder clusters/ with the images' inputs. */
  readonly clustersFolder?: string;
  readonly cacheFolder?: string;
  /** The installation's folder, for its node_modules. */
  readonly installationFolder?: string;
  readonly freeBytes?: (path: string) => Promise<number>;
}

export type ImageContext = Required<Omit<ImageDeps, 'signal'>> & { readonly signal: AbortSignal | undefined };

export function contextOf(deps: ImageDeps): ImageContext {
  const env = deps.env ?? process.env;
  const installationFolder = deps.installationFolder ?? installationRoot();
  return {
    exec: deps.exec,
    progress: deps.progress,
    signal: deps.signal,
    env,
    installationFolder,
    clustersFolder: deps.clustersFolder ?? join(installationFolder, 'clusters'),
    cacheFolder: deps.cacheFolder ?? cacheRoot(env),
    freeBytes: deps.freeBytes ?? freeBytesOf,
  };
}

async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
