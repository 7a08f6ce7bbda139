import { afterAll, beforeAll, expect, test } from 'vitest';
import { focusedTestid } from '../access.ts';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';

/** The life of a shell from the page: jobs, its end and the next one, its tab, its size. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

test('Ctrl-Z stops a program, fg goes on with it, Ctrl-C ends it', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // Not before the shell has given the terminal away: what comes then is a line without an end.
  await type('clear; echo re""ady; cat\r');
  await expect.poll(screen).toMatch(/^ready$/m);
  await page.keyboard.type('one\r');
  await expect.poll(screen).toMatch(/^one\none$/m);
  await page.keyboard.press('Control+z');
  await expect.poll(screen).toMatch(/Stopped +cat\n\$$/);
  await page.keyboard.type('fg\r');
  await expect.poll(screen).toMatch(/fg\ncat$/);
  await page.keyboard.type('two\r');
  await expect.poll(screen).toMatch(/^two\ntwo$/m);
  await page.keyboard.press('Control+c');
  await expect.poll(screen).toMatch(/\^C\n\$$/);
  await page.keyboard.type('echo code $?\r');
  await expect.poll(screen).toMatch(/^code 130$/m);
  await close();
});

test('Ctrl-D ends the shell, and a press or Enter opens a new one', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  const state = page.locator('.terminal-state:visible');
  await type('clear; MARK=first; echo "mark ""$MARK"\r');
  await expect.poll(screen).toMatch(/^mark first$/m);
  await page.keyboard.press('Control+d');
  await expect.poll(() => state.innerText()).toMatch(/The shell has ended\. Press Enter for a new one\./);
  await page.getByRole('button', { name: 'New shell' }).click();
  await state.waitFor({ state: 'hidden' });
  // The button gave the keys back to the terminal.
  await page.keyboard.type('echo "mark ""<$MARK>"; MARK=second\r');
  await expect.poll(screen).toMatch(/^mark <>$/m);

  await page.keyboard.type('exit 7\r');
  await expect.poll(() => state.innerText()).toMatch(/The shell has ended with exit code 7\./);
  await page.keyboard.press('Enter');
  await state.waitFor({ state: 'hidden' });
  await page.keyboard.type('clear; echo "mark ""<$MARK> again"\r');
  await expect.poll(screen).toMatch(/^mark <> again$/m);
  await close();
});

test('a tab is closed, its shell goes on, and the next tab finds it', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  await type('clear; MARK=one\r');
  expect(await page.getByTestId('close-shell').isVisible()).toBe(false);
  await page.getByTestId('new-shell').click();
  await page.getByTestId('tab-student-2').waitFor();
  await expect.poll(screen).toMatch(/^\$$/);
  await page.keyboard.type('MARK=two; echo "mark ""$MARK"\r');
  await expect.poll(screen).toMatch(/^mark two$/m);

  await page.getByTestId('close-shell').click();
  await expect.poll(() => page.getByTestId('tab-student-2').count()).toBe(0);
  expect(await page.getByTestId('tab-student').getAttribute('aria-selected')).toBe('true');
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  await page.keyboard.type('echo "mark ""$MARK"\r');
  await expect.poll(screen).toMatch(/^mark one$/m);

  await page.getByTestId('new-shell').click();
  await expect.poll(screen).toMatch(/^mark two$/m);
  await page.keyboard.type('echo "still ""$MARK"\r');
  await expect.poll(screen).toMatch(/^still two$/m);
  // By the keyboard, too.
  await page.getByTestId('tab-student-2').focus();
  await page.keyboard.press('Delete');
  await expect.poll(() => page.getByTestId('tab-student-2').count()).toBe(0);
  await expect.poll(() => focusedTestid(page)).toBe('terminal');
  await page.keyboard.type('clear; echo "once more ""$MARK"\r');
  await expect.poll(screen).toMatch(/^once more one$/m);
  await close();
});

test('the size of the window reaches the shell and the program that runs in it', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  const size = async () => {
    const [, rows, columns] = /size (\d+) (\d+)\n\$$/.exec(await screen()) ?? [];
    return { rows: Number(rows), columns: Number(columns) };
  };
  await type('clear; echo "size ""$(stty size)"\r');
  await expect.poll(screen).toMatch(/size \d+ \d+\n\$$/);
  const before = await size();
  const rows = page.locator('[data-testid="terminal"]:visible .xterm-rows > div');
  expect(before.rows).toBe(await rows.count());

  await page.keyboard.type(
    "clear; trap 'echo changed' WINCH; echo re''ady; until read -r -t 1; do :; done; trap - WINCH\r",
  );
  await expect.poll(screen).toMatch(/^ready$/m);
  await page.setViewportSize({ width: 1000, height: 500 });
  await expect.poll(() => rows.count()).toBeLessThan(before.rows);
  await expect.poll(screen).toMatch(/changed/);
  await page.keyboard.press('Enter');
  await expect.poll(screen).toMatch(/\$$/);
  await page.keyboard.type('clear; echo "size ""$(stty size)"\r');
  await expect.poll(screen).toMatch(/size \d+ \d+\n\$$/);
  const after = await size();
  expect(after.rows).toBe(await rows.count());
  expect(after.columns).toBeLessThan(before.columns);
  await close();
});
