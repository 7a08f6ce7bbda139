import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isKubewrightError } from '../../engine/domain/errors.ts';
import type { ImageContext } from './context.ts';

/** Where this machine gets Debian packages from; empty where it is no Debian bookworm. */
export interface MachineApt {
  /** One-line entries for the suites of Debian bookworm. */
  readonly sources: readonly string[];
  /** Proxy and check settings, in the syntax of apt.conf. */
  readonly settings: readonly string[];
}

const suites = new Set(['bookworm', 'bookworm-updates', 'bookworm-security']);
const keyring = /debian-archive/;
const keptSettings = /^Acquire::(?:https?::(?:Proxy\b|.*Verify|CaInfo)|Check-)/;

/**
 * Reads apt's own view of the machine's sources, so that mirrors and proxies of a closed network are used for the images,
 * too. Nothing is read from files, and no credentials are taken over.
 */
export async function readMachineApt(context: ImageContext): Promise<MachineApt> {
  const targets = await runOrEmpty(context, [
    'apt-get',
    'indextargets',
    '--format',
    '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(SIGNED_BY)',
    'Created-By: Packages',
  ]);
  const dump = await runOrEmpty(context, ['apt-config', 'dump']);
  return { sources: parseTargets(targets), settings: [...parseSettings(dump), ...proxySettings(context.env, dump)] };
}

/** Writes apt/sources.list and apt/apt.conf into a build folder, for clusters/base/apt-install.sh. */
export async function writeMachineApt(apt: MachineApt, buildFolder: string): Promise<void> {
  const folder = join(buildFolder, 'apt');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sources.list'), lines(apt.sources));
  await writeFile(join(folder, 'apt.conf'), lines(apt.settings));
}

/** Entries of Debian's own archive for bookworm: other makers use the same suite name, with keys no image knows. */
export function parseTargets(output: string): string[] {
  const sources = new Set<string>();
  for (const line of output.split('\n')) {
    const [uri = '', suite = '', component = '', origin = '', signedBy = ''] = line.split('|');
    const isDebian = origin === 'Debian' || (origin === '' && (signedBy === '' || keyring.test(signedBy)));
    if (suites.has(suite) && component === 'main' && isDebian && /^https?:/.test(uri))
      sources.add(`deb ${uri} ${suite} ${component}`);
  }
  return [...sources];
}

/** The lines of `apt-config dump` that decide how packages are fetched. */
export function parseSettings(dump: string): string[] {
  return dump
    .split('\n')
    .filter((line) => keptSettings.test(line) && !line.includes('Auto-Detect') && !line.endsWith(' "";'));
}

function proxySettings(env: NodeJS.ProcessEnv, dump: string): string[] {
  const proxy = env['http_proxy'] ?? env['HTTP_PROXY'];
  return proxy === undefined || proxy === '' || /^Acquire::http::Proxy "/m.test(dump)
    ? []
    : [`Acquire::http::Proxy "${proxy}";`];
}

async function runOrEmpty(context: ImageContext, argv: readonly string[]): Promise<string> {
  try {
    const result = await context.exec.run(argv, { signal: context.signal });
    return result.exitCode === 0 ? result.stdout : '';
  } catch (error) {
    // A machine without apt: the images then use Debian's public sources.
    if (isKubewrightError(error) && error.code === 'TOOL_MISSING') return '';
    throw error;
  }
}

function lines(values: readonly string[]): string {
  return values.map((value) => `${value}\n`).join('');
}
