import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../../../web/server/limits.ts';
import { notices } from '../../../web/server/notice.ts';
import { gate } from '../../unit/web/fake-engine.ts';
import { expectAccessible } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

/** What the whole drill by the keyboard (keyboard.test.ts) does not come by. */
let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab();
});
afterAll(async () => {
  await lab?.close();
});

/** A drill that is ready, with a terminal that shows something. */
async function openDesk(): Promise<{ page: Page; session: string }> {
  const session = (await lab.engine.start('kubelet-down', {})).id;
  lab.shellOf(session, 'student-1').print('\u001b[32mstudent@student\u001b[0m:~$ needle\r\nneedle\r\n');
  const page = await lab.open(`#/drill/${session}`);
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  await expect.poll(() => page.getByTestId('terminal').innerText()).toContain('needle');
  return { page, session };
}

test('a catalogue in which nothing was found is accessible', async () => {
  const page = await lab.open('#/');
  await page.getByTestId('start-kubelet-down').waitFor();
  await page.getByTestId('catalogue-search').fill('nothing is called so');
  await page.getByTestId('catalogue-nothing').waitFor();
  expect(await page.getByTestId('catalogue-count').innerText()).toMatch(/^0 of \d+ drills$/);
  await expectAccessible(page, 'a catalogue without a hit');
  await page.getByRole('button', { name: 'Show all drills' }).click();
  await page.getByTestId('start-kubelet-down').waitFor();
  await page.context().close();
});

test('a drill that did not start is accessible', async () => {
  const provision = gate();
  lab.hold.provision = provision.promise;
  const page = await lab.open('#/');
  await page.getByTestId('start-kubelet-down').click();
  await page.getByTestId('step-provision').waitFor();
  lab.hold.provision = Promise.resolve();
  provision.reject(new Error('The disk is full.'));
  await page.getByTestId('retry').waitFor();
  expect(await page.getByTestId('problem').innerText()).toContain('The disk is full.');
  await expectAccessible(page, 'a drill that did not start');
  await page.context().close();
});

test('two terminals side by side, the search, and the question before a paste are accessible', async () => {
  const { page } = await openDesk();
  await page.getByTestId('split').click();
  await page.locator('.terminal-panel:visible').nth(1).waitFor();
  await expectAccessible(page, 'two terminals side by side');
  await page.getByTestId('split').click();

  await page.getByTestId('tab-student').click();
  await page.getByTestId('find').click();
  await page.locator('[data-testid="search"]:visible').fill('needle');
  await expect.poll(() => page.locator('.search-count:visible').innerText()).toBe('2/2');
  await expectAccessible(page, 'the search in the terminal');
  await page.keyboard.press('Escape');

  await page.evaluate("navigator.clipboard.writeText('1\\n2\\n3\\n4\\n5\\n6')");
  await page.keyboard.press('Control+Shift+V');
  await page.getByTestId('confirm').waitFor();
  await expectAccessible(page, 'the question before a paste');
  await page.context().close();
});

test('the mode for screen readers is accessible', async () => {
  const { page } = await openDesk();
  await page.getByTestId('screen-reader').click();
  await expect.poll(() => page.locator('.live-region').count()).toBe(1);
  await expectAccessible(page, 'the mode for screen readers');
  await page.context().close();
});

test('a terminal that another window has taken is accessible', async () => {
  const { page, session } = await openDesk();
  const other = await lab.open(`#/drill/${session}`);
  await page.getByRole('button', { name: 'Take it back' }).waitFor();
  expect(await page.locator('.terminal-state').innerText()).toContain('This terminal is open in another window.');
  await expectAccessible(page, 'a terminal that another window has taken');
  await page.context().close();
  await other.context().close();
});

test('every notice for who is not signed in is accessible', async () => {
  // A browser that has never been here.
  const page = await lab.open('', { storageState: { cookies: [], origins: [] } });
  const start = new URL('/', lab.address).href;
  const wrong = `${start}?token=wrong`;
  const places = {
    'no-token': start,
    spent: lab.address,
    wrong,
    'too-many': wrong,
  } as const satisfies Record<keyof typeof notices, string>;
  for (const [kind, { title, status }] of Object.entries(notices)) {
    if (kind === 'too-many') {
      for (let tries = 0; tries < limits.wrongTokens.burst; tries += 1) await page.request.get(wrong);
    }
    const response = await page.goto(places[kind as keyof typeof notices]);
    expect([kind, response?.status(), await page.locator('h1').innerText()]).toEqual([kind, status, title]);
    await expectAccessible(page, `the notice "${kind}"`);
  }
  await page.context().close();
});
