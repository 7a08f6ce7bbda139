import { lstat, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import { createSystemHost, formatFindings, inspectHost } from '../../clusters/host/index.ts';
import { KubewrightError } from '../domain/errors.ts';
import { dumpStore } from '../store/dump.ts';
import { systemExec } from '../system/exec.ts';
import { installationRoot, stateRoot } from '../system/paths.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { createLabParts } from './lab-parts.ts';
import { maskSecrets } from './mask.ts';

/** The end of a log is what tells; a bundle is small enough for a mail. */
const mostBytesOfFile = 64 * 1024;
const mostFiles = 40;
const askWithinMs = 20_000;

/** Writes one text file with what somebody needs who is to find out what went wrong here, secrets masked. */
export async function supportBundle(
  { output }: Pick<CommandContext, 'output'>,
  options: { out?: string; json?: boolean },
): Promise<number> {
  const state = stateRoot();
  const file = options.out ?? `kubewright-support-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.txt`;
  const store = dumpStore(join(state, 'kubewright.db'));
  const sections: readonly (readonly [string, () => Promise<string>])[] = [
    ['versions', versions],
    ['doctor', async () => formatFindings(await inspectHost({ host: createSystemHost(), lab: createLabParts() }))],
    ['store', async () => JSON.stringify(store, undefined, 2)],
    ['containers', () => ask('ps', '--all', '--format', '{{.Names}}\t{{.Image}}\t{{.Status}}')],
    ['networks', () => ask('network', 'ls', '--format', '{{.Name}}\t{{.Driver}}\t{{.Labels}}')],
    ['disk of the engine', () => ask('system', 'df')],
    ...(await evidence(join(state, 'evidence'))).map((path) => [path, () => tail(path)] as const),
  ];
  const parts: string[] = [];
  for (const [title, read] of sections) {
    const text = await read().catch((error: unknown) => `not to be had: ${String(error)}`);
    parts.push(`===== ${title}\n${text.trimEnd()}\n`);
  }
  const text = maskSecrets(parts.join('\n'), secretsOf(store), homedir());
  // Made anew, for this user only: never written over something, never through a link.
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw new KubewrightError('USAGE', `${file} cannot be written: ${String(cause)}`, {
      cause,
      remedy: 'Name another file with --out.',
    });
  });
  if (options.json === true) output.json({ file, sections: sections.map(([title]) => title) });
  else {
    output.say('Read it before you send it: secrets are masked, the names of your machines are not.');
    output.line(file);
  }
  return exitCodes.ok;
}

async function versions(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installationRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return [`kubewright ${version}`, `node ${process.version}`, `${process.platform} ${process.arch} ${release()}`].join(
    '\n',
  );
}

async function ask(...argv: string[]): Promise<string> {
  const { stdout, stderr } = await systemExec.run(['docker', ...argv], { timeoutMs: askWithinMs });
  return `${stdout}${stderr}`;
}

/** The newest files of evidence that failed starts have left. */
async function evidence(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const facts = await lstat(path).catch(() => undefined);
      return facts?.isFile() === true ? { path, at: facts.mtimeMs } : undefined;
    }),
  );
  return found
    .filter((file) => file !== undefined)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, mostFiles)
    .map(({ path }) => path);
}

async function tail(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytesOfFile);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Values that were made for sessions and are for nobody else. */
function secretsOf(store: Readonly<Record<string, unknown>>): string[] {
  const rows = Array.isArray(store['sessions']) ? (store['sessions'] as { facts?: unknown }[]) : [];
  return rows.flatMap(({ facts }) => {
    try {
      const { SESSION_TOKEN } = JSON.parse(String(facts)) as { SESSION_TOKEN?: unknown };
      return typeof SESSION_TOKEN === 'string' ? [SESSION_TOKEN] : [];
    } catch {
      return [];
    }
  });
}
