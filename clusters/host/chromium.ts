import { findProgram, type HostAccess } from './host-access.ts';

export interface Chromium {
  readonly path: string;
  /** Chromium's sandbox cannot be set up here, so it has to be started with --no-sandbox. */
  readonly needsNoSandbox: boolean;
  /** Why, in words; empty when the sandbox works. */
  readonly reason: string;
}

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser for tests: KUBEWRIGHT_CHROMIUM, one that Playwright downloaded, else the system's. Undefined when there is none. */
export async function findChromium(host: HostAccess): Promise<Chromium | undefined> {
  const path = await findPath(host);
  if (path === undefined) return undefined;
  const reason = await whyNoSandbox(host);
  return { path, needsNoSandbox: reason !== '', reason };
}

/** Arguments that keep the browser quiet and on this machine, in addition to Playwright's own. */
export function chromiumArguments(chromium: Chromium): readonly string[] {
  return [
    ...(chromium.needsNoSandbox ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}

async function findPath(host: HostAccess): Promise<string | undefined> {
  const chosen = host.env['KUBEWRIGHT_CHROMIUM'];
  const candidates = [...(chosen === undefined ? [] : [chosen]), ...(await downloaded(host))];
  for (const candidate of candidates) {
    if (await host.files.isExecutable(candidate)) return candidate;
  }
  for (const program of programs) {
    const path = await findProgram(host, program);
    if (path !== undefined) return path;
  }
  for (const application of applications) {
    if (await host.files.isExecutable(application)) return application;
  }
  return undefined;
}

/** What "playwright install chromium" left in its cache, the newest revision first. */
async function downloaded(host: HostAccess): Promise<readonly string[]> {
  const folder =
    host.env['PLAYWRIGHT_BROWSERS_PATH'] ??
    `${host.machine.home}/${host.machine.platform === 'darwin' ? 'Library/Caches' : '.cache'}/ms-playwright`;
  const revisions = (await host.files.list(folder))
    .filter((name) => /^chromium-\d+$/.test(name))
    .toSorted((a, b) => Number(b.slice('chromium-'.length)) - Number(a.slice('chromium-'.length)));
  return revisions.flatMap((revision) =>
    ['chrome-linux64/chrome', 'chrome-linux/chrome', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'].map(
      (program) => `${folder}/${revision}/${program}`,
    ),
  );
}

async function whyNoSandbox({ files, machine }: HostAccess): Promise<string> {
  if (machine.platform !== 'linux') return '';
  if (machine.isRoot) return 'Chromium refuses its sandbox as root';
  const value = async (path: string) => (await files.read(path))?.trim();
  if ((await value('/proc/sys/user/max_user_namespaces')) === '0') return 'user namespaces are switched off';
  if ((await value('/proc/sys/kernel/unprivileged_userns_clone')) === '0') return 'user namespaces are for root only';
  if ((await value('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return 'AppArmor restricts user namespaces';
  }
  return '';
}
