import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';
import { placeOf } from './terminal-place.ts';

/** A character is as wide for the shell as for the terminal, and as wide on the screen as for both. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

const samples = [
  { name: 'Han', text: '\u6f22\u5b57', columns: 4 },
  { name: 'Hangul', text: '\ud55c\uae00', columns: 4 },
  { name: 'full width letters', text: '\uff21\uff22', columns: 4 },
  { name: 'an emoji', text: '\u{1f680}', columns: 2 },
  { name: 'a check mark that is an emoji', text: '\u2705', columns: 2 },
  { name: 'a letter with a mark of its own', text: 'e\u0301', columns: 1 },
  { name: 'lines of a table', text: '\u2502\u2500\u253c', columns: 3 },
  { name: 'Greek and Cyrillic', text: '\u03bb\u0436', columns: 2 },
  { name: 'a bit of all', text: 'a\u6f22\u{1f680}e\u0301\ud55cz', columns: 9 },
] as const;

test(`the cursor stands behind ${samples.length} texts where they end on the screen`, async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // Asks the terminal where its cursor is, as programs do that draw.
  await type(String.raw`where() { printf '%s\e[6n' "$1"; IFS=';' read -srdR _ column; echo "<$column"; }` + '\r');
  await type("clear; printf '%s<\\n' 0123456789\r");
  await expect.poll(screen).toMatch(/^0123456789<\n\$$/);
  const edge = await placeOf(page, '<');
  const start = await placeOf(page, '0123456789');
  const cell = start.width / 10;
  expect(edge.x).toBeCloseTo(start.x + 10 * cell, 0);

  for (const { name, text, columns } of samples) {
    await type(`clear; where '${text}'\r`);
    await expect.poll(screen, { message: name }).toContain(`${text}<${columns + 1}\n`);
    const mark = await placeOf(page, `<${columns + 1}`);
    const ahead = (mark.x - start.x) / cell;
    expect(Math.abs(ahead - columns), `${name}: drawn ${ahead} columns wide`).toBeLessThan(0.1);
  }
  await close();
});

test('a line with wide characters is edited at the place of the cursor', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  await type('clear; echo \u6f22\u{1f680}\u5b57');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('-');
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('+\r');
  await expect.poll(screen).toMatch(/^\u6f22-\u{1f680}\+\n\$$/mu);
  await close();
});
