import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One thing an image is made of: a file or folder below clusters/, or a named value. */
export type Input = { readonly path: string } | { readonly name: string; readonly value: string };

/**
 * SHA-256 over all inputs, as hex. Counts: paths, contents, whether a file can be run. Does not count: times, owners,
 * the order of the list.
 */
export async function hashInputs(clustersFolder: string, inputs: readonly Input[]): Promise<string> {
  const lines: string[] = [];
  for (const input of inputs) {
    if ('name' in input) lines.push(`value ${input.name} ${sha256(input.value)}`);
    else lines.push(...(await describePath(clustersFolder, input.path)));
  }
  return sha256([...new Set(lines)].sort().join('\n'));
}

async function describePath(root: string, path: string): Promise<string[]> {
  const full = join(root, path);
  const info = await stat(full);
  if (!info.isDirectory()) {
    const mode = (info.mode & 0o100) === 0 ? 'file' : 'program';
    return [`${mode} ${path} ${sha256(await readFile(full))}`];
  }
  const names = await readdir(full);
  const described = await Promise.all(names.map((name) => describePath(root, `${path}/${name}`)));
  return described.flat();
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
