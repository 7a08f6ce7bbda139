import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileLab, startHostileLab } from './hostile-lab.ts';

/** A program that prints without end: the user is heard, and ends it. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

const floods = [
  { name: 'one line of 100 MB', flood: "head -c 100000000 /dev/zero | tr '\\0' x", shown: /x{40}$/ },
  { name: '50 million lines', flood: 'yes | head -c 100000000', shown: /^y\ny\ny$/m },
] as const;

test.each(floods)('what is typed arrives while $name are printed, and Ctrl-C ends them', async ({ flood, shown }) => {
  const { page, guard, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // The shell reads while the flood goes on behind it, and says whether there still was one to end.
  await type(`clear; { ${flood}; } & read -r word; kill %1 && was=on; wait; echo; echo "$was"" and $word"\r`);
  await expect.poll(screen).toMatch(shown);
  await page.keyboard.type('heard\r');
  await expect.poll(screen, { timeout: 300_000 }).toMatch(/^on and heard$/m);

  await page.keyboard.type('clear\r');
  await expect.poll(screen).toMatch(/^\$$/);
  await type(`${flood}\r`);
  await expect.poll(screen).toMatch(shown);
  await page.keyboard.press('Control+c');
  await expect.poll(screen, { timeout: 300_000 }).toMatch(/\n\$$/);
  await page.keyboard.type('echo "code $?"\r');
  await expect.poll(screen).toMatch(/^code 130\n\$$/m);
  expect(await guard.deeds()).toEqual([]);
  await close();
});
