import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openBrowser } from '../e2e/browser.ts';
import { pressCheck, pressStop, pressSubmit, screenShows, startDrill, type, until } from '../e2e/drill.ts';
import { startServe } from '../e2e/server.ts';
import { phone, pictured, takePicture } from './picture.ts';

/** A drill on a real cluster, from the catalogue to its debrief. */
export async function takeRealPictures(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'kubewright-screenshots-'));
  const server = await startServe(home);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage(pictured);
    await page.goto(server.url);
    await page.locator('[data-testid^="catalogue-card-"]').first().waitFor();
    await inBoth(page, 'catalogue');
    await theDrill(page, server.url);
    await itsEnd(page);
    await pressStop(page);
    await page.goto(new URL('/#/progress', server.url).href);
    await page.getByTestId('progress-table').waitFor();
    await takePicture(page, 'progress', { whole: true });
    await page.goto(new URL('/#/exam', server.url).href);
    await page.getByTestId('exam-begin').waitFor();
    await takePicture(page, 'exam-start', { whole: true });
  } finally {
    await browser.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** In light and in dark, and dark it stays. */
async function inBoth(page: Page, name: string, options?: Parameters<typeof takePicture>[2]): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await takePicture(page, `${name}-light`, options);
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, name, options);
}

async function theDrill(page: Page, url: string): Promise<void> {
  const starting = startDrill(page, new URL('/', url).href, 'pdb-blocked-drain');
  await page.locator('[data-testid="step-provision"][data-state="running"]').waitFor();
  await page.getByText(/Starting control-plane|waiting for the API server/).waitFor({ timeout: 300_000 });
  await takePicture(page, 'start');
  await starting;
  await type(page, 'kubectl get nodes');
  await screenShows(page, /w2 +Ready[^\n]*\nstudent@student:~\$/);
  await type(page, 'kubectl -n shop get pdb,deploy');
  await screenShows(page, /deployment.apps\/web/);
  await page.getByTestId('node-w2').waitFor();
  await inBoth(page, 'drill');
  await page.getByTestId('side-hints').click();
  await page.getByTestId('take-drain-1').click();
  await page.getByTestId('hint-drain-1').waitFor();
  await page.getByTestId('split').click();
  await page.locator('[data-testid="terminal"]:visible').nth(1).waitFor();
  await page.keyboard.type('watch kubectl -n shop get pods -o wide');
  await page.keyboard.press('Enter');
  await page.getByText('Every 2.0s').waitFor();
  await takePicture(page, 'hints');
  await page.keyboard.press('Control+c');
  await page.getByTestId('split').click();
  await page.getByTestId('tab-student').click();
  await type(
    page,
    'clear; sudo pkill -u ops kubectl; kubectl drain w2 --ignore-daemonsets --delete-emptydir-data --disable-eviction',
  );
  await screenShows(page, /node\/w2 drained/);
  await pressCheck(page);
  await takePicture(page, 'check');
}

/** Verdict, solution and debrief; the page of the verdict is open afterwards. */
async function itsEnd(page: Page): Promise<void> {
  await pressSubmit(page);
  await takePicture(page, 'verdict');
  await page.getByTestId('solution').locator('summary').click();
  await page.getByTestId('walkthrough').waitFor();
  await page.getByTestId('walkthrough').scrollIntoViewIfNeeded();
  await takePicture(page, 'solution');
  await page.setViewportSize(phone);
  await page.evaluate('scrollTo(0, 0)');
  await takePicture(page, 'verdict-phone');
  await page.setViewportSize(pictured.viewport);
  await page.getByTestId('debrief').click();
  await page.getByTestId('timeline').waitFor();
  // The recording at the end of the last command, where its answer is on the screen.
  await page.getByTestId('command').last().getByRole('button').click();
  await until('the recording shows the drain', async () =>
    /node\/w2 drained/.test(await page.getByTestId('player-screen').innerText()),
  );
  await page.evaluate('scrollTo(0, 0)');
  await inBoth(page, 'debrief', { whole: true });
  await page.goBack();
  await page.getByTestId('verdict').waitFor();
}
