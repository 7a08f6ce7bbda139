import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { mustSucceed, systemExec } from '../../engine/system/exec.ts';
import { checkout, engineObjects, leftSince } from '../real/command-line.ts';
import { solveBlockedDrain } from './blocked-drain.ts';
import { openBrowser } from './browser.ts';

let browser: Browser;
let page: Page;
/** Of the server's image that was there before. */
let formerImage: string;

/** Not the default port: a user's own server may be running. */
const port = '17080';
const compose = async (...argv: string[]) =>
  mustSucceed(systemExec, ['docker-compose', '--project-name', 'kubewright-test', ...argv], {
    cwd: checkout,
    env: {
      KUBEWRIGHT_SERVER_BASE: await localBase(),
      KUBEWRIGHT_PORT: port,
      DOCKER_BUILDKIT: '0',
      COMPOSE_DOCKER_CLI_BUILD: '0',
    },
    timeoutMs: 600_000,
  });

/** A Debian that is on this machine: where no registry can be reached, the one that kubewright has built. */
async function localBase(): Promise<string> {
  const { stdout } = await systemExec.run([
    'docker',
    'images',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    'kubewright/base',
  ]);
  const [tag] = stdout.split('\n');
  if (tag === undefined || tag === '') throw new Error('there is no base image: run "kubewright images build"');
  return tag;
}

const serverImage = async () =>
  (await systemExec.run(['docker', 'images', '--quiet', '--no-trunc', 'kubewright-server'])).stdout.trim();

beforeAll(async () => {
  formerImage = await serverImage();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
});
afterAll(async () => {
  await compose('down', '--volumes', '--remove-orphans');
  await browser?.close();
  // A gigabyte that nothing names any more: the new one has its layers that are still good.
  if (formerImage !== '' && formerImage !== (await serverImage()))
    await systemExec.run(['docker', 'image', 'rm', formerImage]);
});

test('the same drill passes against the server that docker-compose starts', async () => {
  const before = await engineObjects();
  await compose('up', '--build', '--detach');
  const url = await retryUntil(systemClock, { withinMs: 120_000, everyMs: 1_000 }, async () => {
    const { stdout } = await compose('logs', '--no-color');
    return /http:\/\/\S+/.exec(stdout)?.[0];
  });
  expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/`));
  await solveBlockedDrain(page, url ?? '');
  await compose('down', '--volumes', '--remove-orphans');
  expect(await leftSince(before, { home: '/var/lib/kubewright' })).toEqual([]);
});
