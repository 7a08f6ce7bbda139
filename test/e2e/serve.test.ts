import { expect, test } from 'vitest';
import { engineObjects, leftSince } from '../real/command-line.ts';
import { solveBlockedDrain } from './blocked-drain.ts';
import { pressCheck, pressStop, pressSubmit, resultOf, screenShows, startDrill, type } from './drill.ts';
import { servedPage } from './served-page.ts';

const served = servedPage({ width: 1280, height: 720 });

test('the catalogue shows what is looked for, and stays so until all is asked for again', async () => {
  const { server, page } = served();
  await page.goto(server.url);
  const cards = page.locator('[data-testid^="catalogue-card-"]');
  await cards.first().waitFor();
  const all = await cards.count();
  await page.getByTestId('catalogue-search').fill('colleague drain');
  expect(await cards.evaluateAll((found) => found.map(({ dataset }) => dataset['testid']))).toEqual([
    'catalogue-card-pdb-blocked-drain',
  ]);
  expect(await page.getByTestId('catalogue-count').innerText()).toBe(`1 of ${all} drills`);
  await page.getByTestId('catalogue-to-do').check();
  expect(await cards.count()).toBe(1);
  await page.getByTestId('catalogue-domain').selectOption('cluster-architecture');
  await page.getByTestId('catalogue-search').fill('no such drill');
  await page.getByTestId('catalogue-nothing').getByRole('button').click();
  expect(await cards.count()).toBe(all);
  expect(await page.getByTestId('catalogue-search').inputValue()).toBe('');
});

test('a learner solves a drill by typing in the browser, and the verdict turns', async () => {
  const { kubewright, server, page } = served();
  const before = await engineObjects();
  await solveBlockedDrain(page, server.url);
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
  expect(await leftSince(before, kubewright)).toEqual([]);
});

test('a wrong procedure is told apart: which check says no, and why; the shell survives a reload', async () => {
  const { server, page } = served();
  await startDrill(page, new URL('/', server.url).href, 'pdb-blocked-drain');

  await type(page, 'MARK=kept-$((40+2)); echo $MARK; tput cols');
  await screenShows(page, /kept-42/);
  await page.reload();
  await screenShows(page, /kept-42/);
  await type(page, 'echo again-$MARK');
  await screenShows(page, /again-kept-42/);

  await type(
    page,
    'sudo pkill -u ops kubectl; vim -u NONE -c "normal ihello from vim" -c wq /tmp/note; cat /tmp/note; echo written=$?',
  );
  // The typed line names the note too; only the exit code says that vim has left the terminal.
  await screenShows(page, /hello from vim\s+written=0/);
  // The program itself says that it runs: before the shell has given the terminal away, Ctrl-C reaches only the shell.
  await type(page, "sh -c 'echo asleep-$((40+2)); exec sleep 1000'");
  await screenShows(page, /asleep-42/);
  await page.keyboard.press('Control+c');
  await type(page, 'echo interrupted=$?');
  await screenShows(page, /interrupted=130/);
  await type(page, 'kubectl get nam');
  await page.getByTestId('tab-w2').click();
  await screenShows(page, /student@w2/);
  await page.getByTestId('tab-student').click();

  await type(page, 'kubectl drain w2 --ignore-daemonsets --delete-emptydir-data --disable-eviction; echo drained=$?');
  await screenShows(page, /drained=0/);
  await pressCheck(page);
  expect(await resultOf(page, 'w2-drained')).toBe('passed');
  expect(await resultOf(page, 'evictions-only')).toBe('failed');
  await pressSubmit(page);
  expect(await page.getByTestId('verdict-exam').first().innerText()).not.toMatch(/not passed/i);
  expect(await page.getByTestId('verdict-operations').first().innerText()).toMatch(/not passed/i);
  const why = await page.getByTestId('result-evictions-only').first().innerText();
  expect(why).toMatch(/api-/);
  expect(why).toMatch(/learner/);
  await pressStop(page);
  expect(await page.locator('[data-testid="terminal"]').count()).toBe(0);
});
