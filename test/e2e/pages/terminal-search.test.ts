import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { focusedTestid } from '../access.ts';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';

/** Looking for words in what the terminal has shown. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

const countOf = (page: Page) => page.locator('.search-count:visible').innerText();

test('three places are gone through in both directions, and Escape gives the keys back to the terminal', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // One of them far above the screen.
  await type('clear; echo nee""dle 1; seq 1 200; for n in 2 3; do echo nee""dle $n; done\r');
  await expect.poll(screen).toMatch(/needle 3\n\$$/);
  await page.keyboard.press('Control+Shift+F');
  await expect.poll(() => focusedTestid(page)).toBe('search');
  await page.keyboard.type('needle');
  await expect.poll(() => countOf(page)).toBe('3/3');
  await page.keyboard.press('Enter');
  await expect.poll(() => countOf(page)).toBe('2/3');
  await page.keyboard.press('Enter');
  await expect.poll(() => countOf(page)).toBe('1/3');
  await expect.poll(screen).toMatch(/needle 1/);
  // From the first one backwards comes the last one, and from that one forwards the first.
  await page.keyboard.press('Enter');
  await expect.poll(() => countOf(page)).toBe('3/3');
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => countOf(page)).toBe('1/3');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => countOf(page)).toBe('3/3');
  await expect.poll(screen).toMatch(/needle 3/);
  await page.getByRole('button', { name: 'Earlier' }).click();
  await expect.poll(() => countOf(page)).toBe('2/3');
  await page.getByRole('button', { name: 'Later' }).click();
  await expect.poll(() => countOf(page)).toBe('3/3');

  // From the button that was pressed last as well as from the words.
  await page.keyboard.press('Escape');
  await page.getByTestId('search').waitFor({ state: 'hidden' });
  await page.keyboard.type('echo he""ard\r');
  await expect.poll(screen).toMatch(/^heard$/m);

  await page.keyboard.press('Control+Shift+F');
  await page.getByTestId('search').fill('nowhere');
  await expect.poll(() => countOf(page)).toBe('none');
  await page.keyboard.press('Escape');
  await page.keyboard.type('echo heard ag""ain\r');
  await expect.poll(screen).toMatch(/^heard again$/m);
  await close();
});

test('a place that has no number is not the place 0', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  await type('clear; for n in {1..1500}; do echo ma""ny; done\r');
  await expect.poll(screen).toMatch(/many\n\$$/);
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('many');
  await expect.poll(() => countOf(page)).toMatch(/^1000 or more$/);
  await close();
});
