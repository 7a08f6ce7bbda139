import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';

/** How terminals look and speak: chosen by the user, kept by the browser. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

test('larger letters leave fewer rows, smaller ones more, and both outlive a reload', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  const rows = () => page.locator('[data-testid="terminal"]:visible .xterm-rows > div').count();
  const reload = async () => {
    await page.reload();
    await page.locator('[data-testid="terminal"][data-state="connected"]:visible').waitFor();
  };
  await type('clear; echo re""ady\r');
  await expect.poll(screen).toMatch(/^ready$/m);
  const usual = await rows();

  for (let press = 0; press < 4; press += 1) await page.getByTestId('larger').click();
  await expect.poll(rows).toBeLessThan(usual);
  const fewer = await rows();
  // The shell knows of it.
  await type('clear; echo "rows ""$(tput lines)"\r');
  await expect.poll(screen).toMatch(new RegExp(`^rows ${fewer}$`, 'm'));
  await reload();
  await expect.poll(rows).toBe(fewer);

  for (let press = 0; press < 6; press += 1) await page.getByTestId('smaller').click();
  await expect.poll(rows).toBeGreaterThan(usual);
  const more = await rows();
  await reload();
  await expect.poll(rows).toBe(more);
  await close();
});

test('the switch for screen readers has the terminal say what it shows, and outlives a reload', async () => {
  const { page, announced, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  const reader = page.getByTestId('screen-reader');
  const regions = page.locator('[data-testid="terminal"]:visible .live-region');
  await type('clear\r');
  expect(await regions.count()).toBe(0);
  expect(await reader.getAttribute('aria-pressed')).toBe('false');

  await reader.click();
  await expect.poll(() => regions.count()).toBe(1);
  expect(await reader.getAttribute('aria-pressed')).toBe('true');
  await type('echo spo""ken\r');
  await expect.poll(announced).toMatch(/spoken/);

  await page.reload();
  await expect.poll(() => regions.count()).toBe(1);
  expect(await reader.getAttribute('aria-pressed')).toBe('true');
  await expect.poll(screen).toMatch(/^spoken$/m);
  await reader.click();
  await expect.poll(() => regions.count()).toBe(0);
  await close();
});
