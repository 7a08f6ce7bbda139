import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DebriefPage } from '../../engine/engine.ts';
import { type CommandLine, createCommandLine } from '../real/command-line.ts';
import { expectAccessible } from './access.ts';
import { openBrowser } from './browser.ts';
import { pressStop, pressSubmit, screenShows, startDrill, type, until } from './drill.ts';
import { type ServeProcess, startServe } from './server.ts';

let kubewright: CommandLine;
let server: ServeProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  kubewright = await createCommandLine();
  server = await startServe(kubewright.home);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await kubewright.end();
});

/** Types a line, waits until the screen shows what it prints, and says when. */
async function run(line: string, shows: RegExp): Promise<{ line: string; from: number; to: number }> {
  const from = Date.now();
  await type(page, line);
  await screenShows(page, shows);
  return { line, from, to: Date.now() };
}

test('the debrief shows each command at its second and where the ways parted, and stays when the drill is gone', async () => {
  const session = await startDrill(page, server.url, 'pdb-blocked-drain');
  const typed = [
    await run('kubectl get pdb -n shop', /api-pdb\s+2\s+N\/A\s+0/),
    await run('vim -u NONE -c "normal ihello from vim" -c wq /tmp/note && cat /tmp/note', /^hello from vim/m),
    await run('ssh w2 hostname; echo there=$?', /there=0/),
    // What the reference never does: the budget goes, and with it the promise to the service.
    await run('kubectl -n shop delete pdb api-pdb', /"api-pdb" deleted/),
    await run(
      'kubectl wait -n shop --for=delete pod -l app=api --field-selector spec.nodeName=w2 --timeout=120s; echo gone=$?',
      /gone=0/,
    ),
  ];
  await pressSubmit(page);
  await page.getByTestId('debrief').click();
  await page.getByTestId('timeline').waitFor({ timeout: 120_000 });
  const number = /#\/debrief\/(\d+)/.exec(page.url())?.[1] ?? '';
  const { debrief, parting, recordings } = (await page.evaluate(
    async (address) => (await fetch(address)).json() as Promise<unknown>,
    `/api/results/${number}/debrief`,
  )) as DebriefPage;
  if (debrief === undefined) throw new Error('nothing was kept of the drill');

  const rows = await page.getByTestId('command').all();
  const shown = await Promise.all(
    rows.map(async (row) => ({
      at: debrief.startedAt + Number(await row.getAttribute('data-at')),
      text: await row.locator('code').innerText(),
    })),
  );
  expect(shown.map(({ text }) => text)).toEqual(typed.map(({ line }) => line));
  for (const [index, { at }] of shown.entries()) {
    expect(at).toBeGreaterThanOrEqual(typed[index]?.from ?? Number.POSITIVE_INFINITY);
    expect(at).toBeLessThanOrEqual(typed[index]?.to ?? 0);
  }
  // One bar each in the picture, in the lane of the student host.
  expect(await page.locator('.lane-you .bar-deed').count()).toBeGreaterThanOrEqual(typed.length);

  expect(parting).toMatchObject({ kind: 'other', deed: 'delete budget shop/api-pdb' });
  expect(parting?.instead?.text).toMatch(/scale deployment shop\/api/);
  expect(await page.getByTestId('parting').innerText()).toMatch(/delete budget shop\/api-pdb/);

  expect(recordings.map(({ terminal }) => terminal)).toContain('student-1');
  await page.getByTestId('command').nth(3).locator('button').click();
  await until('the recording shows that moment', async () =>
    /delete pdb api-pdb/.test(await page.getByTestId('player-screen').innerText()),
  );
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-cast').click()]);
  const cast = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(cast.split('\n', 1)[0] ?? '')).toMatchObject({ version: 2 });
  expect(cast).toContain('hello from vim');
  await expectAccessible(page, 'the debrief with its recording');

  await page.goto(new URL(`/#/drill/${session}`, server.url).href);
  await page.getByTestId('verdict').waitFor();
  await pressStop(page);
  await page.goto(new URL(`/#/debrief/${number}`, server.url).href);
  await page.getByTestId('timeline').waitFor();
  expect(await page.getByTestId('command').count()).toBe(typed.length);

  await page.goto(new URL('/#/progress', server.url).href);
  await page.getByTestId('progress-table').waitFor();
  await expectAccessible(page, 'the progress');
  expect(await page.getByTestId('progress-pdb-blocked-drain').innerText()).toMatch(/passed with harm/);
  await page.getByTestId('delete-data').click();
  await page.getByTestId('confirm').click();
  await until('the progress is empty', async () =>
    /–\s+–/.test(await page.getByTestId('progress-pdb-blocked-drain').innerText()),
  );
});
