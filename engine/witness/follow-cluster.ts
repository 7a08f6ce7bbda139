import { readFile, stat } from 'node:fs/promises';
import type { WitnessClock } from './clock.ts';
import { parseWitnessCluster, type WitnessCluster } from './config.ts';

export interface FollowClusterOptions {
  readonly path: string;
  /** Of drill.json. */
  readonly drillPath: string;
  readonly clock: WitnessClock;
  /** Called with every new content of the file; awaited before the file is looked at again. */
  readonly onCluster: (cluster: WitnessCluster) => Promise<void>;
  readonly log: (message: string) => void;
}

const pollMs = 500;

/**
 * Polls cluster.json and drill.json and hands on what is new in them. A file that is not there or not (yet) valid changes
 * nothing: the former content stays in force, and the file is tried again at the next poll, as it may be in the middle of a
 * write.
 */
export async function followCluster(options: FollowClusterOptions, signal: AbortSignal): Promise<void> {
  let taken = '';
  let logedOf = '';
  while (!signal.aborted) {
    const [cluster, drill] = await Promise.all([versionOf(options.path), versionOf(options.drillPath)]);
    const version = cluster === undefined ? undefined : `${cluster} ${drill}`;
    if (version !== undefined && version !== taken) {
      const found = await read(options, (message) => {
        if (logedOf !== version) options.log(message);
        logedOf = version;
      });
      if (found !== undefined) {
        await options.onCluster(found);
        taken = version;
      }
    }
    await options.clock.sleep(pollMs, signal);
  }
}

/** Time and size and inode: a second write within one tick of the file system's clock still shows. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return `${found.mtimeMs} ${found.size} ${found.ino}`;
  } catch {
    return undefined;
  }
}

async function read(
  { path, drillPath }: Pick<FollowClusterOptions, 'path' | 'drillPath'>,
  log: (message: string) => void,
): Promise<WitnessCluster | undefined> {
  try {
    const [cluster, drill] = await Promise.all([
      readFile(path, 'utf8'),
      readFile(drillPath, 'utf8').catch(() => undefined),
    ]);
    return parseWitnessCluster(cluster, drill);
  } catch (error) {
    log(`cluster.json is not taken: ${String(error)}`);
    return undefined;
  }
}
