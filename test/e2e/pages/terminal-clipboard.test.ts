import { afterAll, beforeAll, expect, test } from 'vitest';
import { anew } from './escape-corpus.ts';
import { type HostileLab, settled, startHostileLab } from './hostile-lab.ts';
import { pressWord } from './terminal-place.ts';

/** What goes between the terminal and the rest of the user's world: links, copying, pasting. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

test('a web address in the text asks before it opens beside the page', async () => {
  const { page, guard, pressFirstRow, close } = await lab.open(`#/drill/${lab.scripted}`);
  const shell = lab.shell('student');
  shell.print(`${anew}https://evil.test/looks?like=kubernetes.io and more\r\n`);
  await settled(shell);
  await guard.deeds();
  await pressFirstRow();
  expect(await page.getByRole('dialog').innerText()).toContain('https://evil.test/looks?like=kubernetes.io\n');
  expect(await guard.deeds()).toEqual(['element DIALOG']);
  await page.getByTestId('cancel').click();
  expect(await guard.deeds()).toEqual([]);

  await pressFirstRow();
  const opened = page.context().waitForEvent('page');
  await page.getByTestId('confirm').click();
  const other = await opened;
  expect(await other.evaluate('window.opener')).toBeNull();
  expect(await guard.deeds()).toContain('another window');
  await close();
});

test('five lines are pasted at once; six are asked about, and typed only when that is confirmed', async () => {
  const { page, type, close } = await lab.open(`#/drill/${lab.scripted}`);
  await page.getByTestId('tab-cp1').click();
  const shell = lab.shell('cp1');
  await type('>');
  const paste = async (text: string) => {
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await page.keyboard.press('Control+Shift+V');
  };
  await paste('1\n2\n3\n4\n5');
  await expect.poll(() => shell.seen.input).toBe('>1\r2\r3\r4\r5');

  const six = 'a\nb\nc\nd\ne\nf';
  await paste(six);
  const dialog = page.getByRole('dialog');
  expect(await dialog.innerText()).toMatch(/Paste 6 lines\?[^]*a\nb\nc\nd\ne\nf\n/);
  await page.getByTestId('cancel').click();
  // The keys are the terminal's again, and what comes next is all that comes.
  await page.keyboard.type('<');
  await expect.poll(() => shell.seen.input).toBe('>1\r2\r3\r4\r5<');

  await paste(six);
  await page.getByTestId('confirm').click();
  await expect.poll(() => shell.seen.input).toBe('>1\r2\r3\r4\r5<a\rb\rc\rd\re\rf');

  // A carriage return alone is Enter, too.
  await paste('u\rv\rw\rx\ry\rz');
  expect(await dialog.innerText()).toMatch(/Paste 6 lines\?/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.type('.');
  await expect.poll(() => shell.seen.input).toMatch(/e\rf\.$/);
  await close();
});

test('Ctrl+Shift+C copies what is selected, and leaves the clipboard where nothing is', async () => {
  const { page, guard, close } = await lab.open(`#/drill/${lab.scripted}`);
  await page.getByTestId('tab-w1').click();
  const shell = lab.shell('w1');
  shell.print(`${anew}before selected-word after\r\n`);
  await settled(shell);
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
  await page.evaluate("navigator.clipboard.writeText('of before')");
  await guard.deeds();
  await pressWord(page, 'after');
  await page.keyboard.press('Control+Shift+C');
  // What the page writes, it writes before it answers.
  expect(await guard.deeds()).toEqual([]);
  expect(await clipboard()).toBe('of before');

  await pressWord(page, 'selected-word', 2);
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(clipboard).toBe('selected-word');
  expect(shell.seen.input).toBe('');
  await close();
});
