import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './e2e/browser.ts';
import { pressCheck, pressStop, pressSubmit, screenShows, startDrill, type } from './e2e/drill.ts';
import { startServe } from './e2e/server.ts';
import { checkout } from './real/command-line.ts';

/** Pictures of a real drill for docs/: npm run screenshots. */
const docs = join(checkout, 'docs');
const home = await mkdtemp(join(tmpdir(), 'kubewright-screenshots-'));
const server = await startServe(home);
const browser = await openBrowser();
try {
  await mkdir(docs, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'dark' });
  const picture = (name: string) => page.screenshot({ path: join(docs, `${name}.png`) });
  await page.goto(server.url);
  await page.locator('[data-testid^="catalogue-card-"]').first().waitFor();
  await page.emulateMedia({ colorScheme: 'light' });
  await picture('catalogue-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('catalogue');

  const starting = startDrill(page, new URL('/', server.url).href, 'pdb-blocked-drain');
  await page.locator('[data-testid="step-provision"][data-state="running"]').waitFor();
  await page.getByText('Starting control-plane').waitFor({ timeout: 300_000 });
  await picture('start');
  await starting;
  await type(page, 'kubectl get nodes');
  await screenShows(page, /w2 +Ready[^\n]*\nstudent@student:~\$/);
  await type(page, 'kubectl -n shop get pdb,deploy');
  await screenShows(page, /deployment.apps\/web/);
  await page.getByTestId('node-w2').waitFor();
  await picture('drill');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture('drill-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByTestId('side-hints').click();
  await page.getByTestId('take-drain-1').click();
  await page.getByTestId('hint-drain-1').waitFor();
  await page.getByTestId('split').click();
  await page.locator('[data-testid="terminal"]:visible').nth(1).waitFor();
  await page.keyboard.type('watch kubectl -n shop get pods -o wide');
  await page.keyboard.press('Enter');
  await page.getByText('Every 2.0s').waitFor();
  await picture('hints');
  await page.keyboard.press('Control+c');
  await page.getByTestId('split').click();
  await page.getByTestId('tab-student').click();
  await type(
    page,
    'clear; sudo pkill -u ops kubectl; kubectl drain w2 --ignore-daemonsets --delete-emptydir-data --disable-eviction',
  );
  await screenShows(page, /node\/w2 drained/);
  await pressCheck(page);
  await picture('check');
  await pressSubmit(page);
  await picture('verdict');
  await page.getByTestId('solution').locator('summary').click();
  await page.getByTestId('walkthrough').waitFor();
  await page.getByTestId('walkthrough').scrollIntoViewIfNeeded();
  await picture('solution');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate('scrollTo(0, 0)');
  await picture('verdict-phone');
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.getByTestId('debrief').click();
  await page.getByTestId('timeline').waitFor();
  await page.getByTestId('player-screen').locator('.xterm-rows').waitFor();
  await page.screenshot({ path: join(docs, 'debrief.png'), fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: join(docs, 'debrief-light.png'), fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goBack();
  await page.getByTestId('verdict').waitFor();
  await pressStop(page);
  await page.goto(new URL('/#/progress', server.url).href);
  await page.getByTestId('progress-table').waitFor();
  await picture('progress');
  await page.goto(new URL('/#/exam', server.url).href);
  await page.getByTestId('exam-begin').waitFor();
  await picture('exam-start');
} finally {
  await browser.close();
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
