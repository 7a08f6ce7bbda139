import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from '../real/command-line.ts';
import { openBrowser } from './browser.ts';
import { evilPage } from './evil-page.ts';
import { type ServeProcess, startServe } from './server.ts';

/**
 * A page of another origin (another port of the loopback), in the browser of a user who is signed in: cookies go along
 * with its requests, since ports do not separate them, and it must still get nothing and do nothing.
 */
let kubewright: CommandLine;
let server: ServeProcess;
let browser: Browser;
let context: BrowserContext;
let evil: Server;
let page: Page;
let target: string;
let signedIn: unknown;

const evilAddress = () => `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
/** Runs a function of the page with the address of the server. */
const run = <T>(name: string) => page.evaluate<T>(`${name}(${JSON.stringify(target)})`);

beforeAll(async () => {
  kubewright = await createCommandLine();
  server = await startServe(kubewright.home);
  target = new URL(server.url).origin;
  browser = await openBrowser();
  context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(server.url);
  signedIn = await own.evaluate("fetch('/api/sessions').then(({ status }) => status)");

  evil = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end(evilPage);
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  page = await context.newPage();
  await page.goto(evilAddress());
});
afterAll(async () => {
  await browser?.close();
  evil?.close();
  await server?.stop();
  await kubewright.end();
});

test('cannot read anything, whatever the request looks like', async () => {
  expect(signedIn).toBe(200);
  const outcomes = await run<string[]>('readAll');
  expect(outcomes.slice(0, -1)).toEqual(Array.from({ length: 7 }, () => 'refused'));
  expect(['refused', 'opaque 0 0']).toContain(outcomes.at(-1));
});

test('cannot open a socket', async () => {
  expect(await run('openSockets')).toEqual(['closed 1006', 'closed 1006']);
});

test('cannot put the page into a frame', async () => {
  const blocked = page.waitForEvent('console', {
    predicate: (message) => /frame-ancestors|X-Frame-Options/i.test(message.text()),
  });
  await run('frame');
  expect((await blocked).type()).toBe('error');
});

test('cannot start a drill, in none of the shapes that a browser sends without asking', async () => {
  await run('startDrills');
  await run('submitForm');
  await page.waitForURL(`${target}/**`);
  expect(await page.textContent('body')).toContain('ORIGIN_REFUSED');
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
});
