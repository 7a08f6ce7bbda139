import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { compareText } from './problem.ts';

/** A file outside the scenario's folder that its proof depends on: the name that is hashed, and where it is. */
export interface SourceFile {
  /** Name within the repository, such as engine/checks/<kind>.ts: the same on every machine. */
  readonly name: string;
  readonly path: string;
}

/** What of a scenario's folder does not count as the file that it is. */
interface Instead {
  /** The scenario's file, which counts as what was read from it: see whatIsProven. */
  readonly file: string;
  readonly value: unknown;
  /** Procedures, which count only for their own rows, and texts for the learner, which count for none. */
  readonly leftOut: ReadonlySet<string>;
}

/**
 * The fingerprint of what every row of a proof depends on: sha256 (hex) over what the scenario says, the names and the
 * contents of the other files of its folder, and the source files of the kinds it uses. A file that is not there counts
 * as absent. Every part is preceded by its length, so that no two different sets of files read the same.
 */
export async function computeInputs(
  folder: string,
  sources: readonly SourceFile[],
  { file, value, leftOut }: Instead,
): Promise<string> {
  const hash = createHash('sha256');
  const add = (part: string | Uint8Array): void => {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  const addFile = async (name: string, path: string): Promise<void> => {
    const { kind, content } = await contentOf(path);
    add(name);
    add(kind);
    add(content);
  };
  add('scenario');
  add(JSON.stringify(whatIsProven(value)));
  for (const name of await listFiles(folder)) {
    if (name !== file && !leftOut.has(name)) await addFile(`scenario/${name}`, join(folder, name));
  }
  for (const source of sources.toSorted((a, b) => compareText(a.name, b.name))) {
    await addFile(`source/${source.name}`, source.path);
  }
  return hash.digest('hex');
}

/**
 * The fingerprint of a procedure's row: that of the scenario, the procedure's text and the checks that are to fail after
 * it. So a procedure that is changed, or a new one, leaves the rows of the others as they are.
 */
export function inputsOfRow(inputs: string, text: string, fails: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([inputs, text, fails.toSorted(compareText)]))
    .digest('hex');
}

/** What a scenario's file says, but for its words (they change no verdict) and its procedures (see inputsOfRow). */
function whatIsProven(value: unknown): unknown {
  const { metadata, tasks, ...rest } = without(value, ['solution', 'wrong', 'alsoRight', 'references']);
  return {
    ...rest,
    metadata: without(metadata, ['title']),
    tasks: Array.isArray(tasks) ? tasks.map((task: unknown) => without(task, ['text', 'hints'])) : [],
  };
}

function without(value: unknown, keys: readonly string[]): Record<string, unknown> {
  const entries: [string, unknown][] = Object.entries(value ?? {});
  return Object.fromEntries(entries.filter(([key]) => !keys.includes(key)));
}

/**
 * The source files of kinds, and what they import from their neighbours and from reading/: what kinds share decides
 * their verdict too. What comes from elsewhere (the domain, the ports) is not followed.
 * @param kinds paths below the engine's folder without ending, such as checks/<kind>
 */
export async function listSources(engineFolder: string, kinds: readonly string[]): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>();
  const waiting = [...kinds];
  for (let kind = waiting.pop(); kind !== undefined; kind = waiting.pop()) {
    if (found.has(kind)) continue;
    // In the packed tarball the sources are JavaScript.
    const source = join(engineFolder, `${kind}.ts`);
    const path = (await lstat(source).catch(() => undefined)) === undefined ? join(engineFolder, `${kind}.js`) : source;
    found.set(kind, { name: `engine/${kind}.ts`, path });
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const match of text.matchAll(neighbour)) waiting.push(join(dirname(kind), match[1] ?? ''));
    for (const match of text.matchAll(shared)) waiting.push(match[1] ?? '');
  }
  return [...found.values()];
}

/** The file name in an import of a value from the same folder; types leave no trace at run time. */
const neighbour = /^import\s+(?!type\b)[^;]*?\sfrom\s+['"]\.\/([\w-]+)\.[jt]s['"]/gm;

/** The same for what all kinds read with. */
const shared = /^import\s+(?!type\b)[^;]*?\sfrom\s+['"]\.\.\/(reading\/[\w-]+)\.[jt]s['"]/gm;

/** All files below a folder by relative path with "/", sorted by code units; links are named, not followed. */
async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
      if (entry.isDirectory()) waiting.push(`${prefix}${entry.name}/`);
      else found.push(`${prefix}${entry.name}`);
    }
  }
  return found.toSorted(compareText);
}

async function contentOf(path: string): Promise<{ kind: string; content: string | Uint8Array }> {
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return { kind: 'absent', content: '' };
  if (facts.isSymbolicLink()) return { kind: 'link', content: await readlink(path) };
  return facts.isFile() ? { kind: 'file', content: await readFile(path) } : { kind: 'special', content: '' };
}
