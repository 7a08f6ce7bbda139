import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What decides how a cluster comes out, apart from its subnet. */
export interface GoldenInputs {
  /** Ids, not tags: an image that was made again under its old tag is another one. */
  readonly nodeImage: string;
  readonly loadBalancerImage: string | undefined;
  /** What kind is told, for a session of a fixed name. */
  readonly kindConfig: string;
  readonly kindVersion: string;
  readonly shape: { readonly controlPlanes: number; readonly workers: number };
  /** kind hands these on to the nodes. */
  readonly proxies: Readonly<Record<string, string | undefined>>;
  /** Hash of the programs that make, rest and restore, see hashPrograms(). */
  readonly programs: string;
}

/** One golden state serves another cluster only when every input is the same. */
export function goldenKey(inputs: GoldenInputs): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 24);
}

/** Hash over names and contents of the program files below a folder. */
export async function hashPrograms(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.[jt]s$/.test(name)).sort();
  for (const name of names) {
    const content = await readFile(join(folder, name));
    hash.update(`${name.length}:${name}${content.length}:`).update(content);
  }
  return hash.digest('hex');
}
