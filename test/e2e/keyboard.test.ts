import { expect, test } from 'vitest';
import { expectAccessible, focusedTestid, tabTo } from './access.ts';
import { resultOf, screenShows } from './drill.ts';
import { servedPage } from './served-page.ts';

const served = servedPage({ width: 1280, height: 720 });

test('a whole drill is done by the keyboard alone, and every page on the way is accessible', async () => {
  const { server, page } = served();
  page.setDefaultTimeout(120_000);
  const press = async (testid: string) => {
    await tabTo(page, testid);
    await page.keyboard.press('Enter');
  };
  const typeLine = async (line: string) => {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  };
  await page.goto(server.url);
  await page.getByTestId('start-pdb-blocked-drain').waitFor();
  await expectAccessible(page, 'the catalogue');

  await press('start-pdb-blocked-drain');
  await page.getByTestId('step-provision').waitFor();
  await expectAccessible(page, 'the making of the cluster');

  // The terminal takes the keys when the desk opens.
  await page.getByTestId('terminal').waitFor({ timeout: 600_000 });
  await screenShows(page, /student@student:~\$/);
  await typeLine('kubectl get pdb -n shop');
  await screenShows(page, /api-pdb\s+2\s+N\/A\s+0/);
  await page.getByTestId('node-w2').waitFor();
  await expect.poll(() => page.getByTestId('node-w2').getAttribute('data-cordoned')).toBe('true');
  expect(await page.getByTestId('pods-shop/api').innerText()).toMatch(/2\/2/);
  await expectAccessible(page, 'the desk');

  // Out of the terminal to Check, then to the hints and back.
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => focusedTestid(page)).toBe('check');
  await page.keyboard.press('Enter');
  await page.getByTestId('result-evictions-only').waitFor();
  expect(await resultOf(page, 'w2-drained')).toBe('failed');
  await expectAccessible(page, 'the checks');
  await tabTo(page, 'side-checks');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await press('take-drain-1');
  await page.getByTestId('hint-drain-1').waitFor();
  await expectAccessible(page, 'the hints');

  // A second terminal beside the first one.
  await press('split');
  await page.locator('.terminal-panel:visible').nth(1).waitFor();
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  await expect
    .poll(() => page.locator('[data-testid="terminal"]:visible').nth(1).innerText(), { timeout: 60_000 })
    .toMatch(/student@student/);
  await typeLine('kubectl -n shop scale deployment api --replicas=3');
  // The third pod becomes Ready, the drain goes on, and the strip and the live check turn without a press.
  await expect.poll(() => resultOf(page, 'w2-drained'), { timeout: 120_000 }).toBe('passed');
  await expect.poll(() => page.getByTestId('service-shop/api').getAttribute('data-state')).toBe('up');

  await page.keyboard.press('Control+Shift+Enter');
  await tabTo(page, 'submit');
  await page.keyboard.press('Enter');
  await page.getByTestId('confirm').waitFor();
  await expectAccessible(page, 'a question');
  await page.keyboard.press('Enter');
  await page.getByTestId('verdict').waitFor();
  expect(await page.getByTestId('verdict-operations').innerText()).toMatch(/passed/i);
  expect(await page.getByTestId('points').innerText()).toBe('7 of 8');
  await tabTo(page, 'solution');
  await page.keyboard.press('Enter');
  await page.getByTestId('walkthrough').waitFor();
  expect(await page.getByTestId('walkthrough').innerText()).toMatch(/scale deployment api --replicas=3/);
  await expectAccessible(page, 'the verdict');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, 'the verdict on a phone');

  await press('stop');
  await page.getByTestId('confirm').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('start-pdb-blocked-drain').waitFor();
  await expectAccessible(page, 'the catalogue on a phone');
});
