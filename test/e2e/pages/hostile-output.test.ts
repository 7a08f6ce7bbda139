import { afterAll, beforeAll, expect, test } from 'vitest';
import { anew, escapeCorpus, hyperlink, oddAddresses } from './escape-corpus.ts';
import { type HostileLab, settled, startHostileLab } from './hostile-lab.ts';
import type { PageGuard } from './page-guard.ts';
import { queries } from './query-corpus.ts';
import { randomOutput } from './random-output.ts';

/** What a program prints is for the eyes: a real browser, the real page, and output that has made terminals do more. */
let lab: HostileLab;
beforeAll(async () => {
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab.close();
});

const esc = '\u001b';

test(`${escapeCorpus.length} sequences write nothing to the clipboard, lead nowhere, insert nothing and leave the title`, async () => {
  expect(escapeCorpus.length).toBeGreaterThanOrEqual(300);
  const { page, guard, screen, type, close } = await lab.open(`#/drill/${lab.scripted}`, { screenReader: true });
  const shell = lab.shell('student');
  await page.evaluate("navigator.clipboard.writeText('what the user copied')");
  const title = await page.title();
  expect(await guard.deeds()).toEqual(['writeText: what the user copied']);

  for (const [at, { name, output }] of escapeCorpus.entries()) {
    shell.print(output);
    await settled(shell);
    expect(await guard.deeds(), name).toEqual([]);
    shell.print(`${anew}number ${at}`);
    await settled(shell);
    await expect.poll(screen, { message: name }).toContain(`number ${at}`);
  }

  expect(await page.title()).toBe(title);
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('what the user copied');
  expect(await guard.deeds()).toEqual(['readText: undefined']);
  // A program that asks is answered, but nothing that was printed comes back as if it were typed.
  expect(shell.seen.input).not.toMatch(/pwned|[\r\n]/);
  await type('after the corpus');
  await expect.poll(() => shell.seen.input).toMatch(/after the corpus$/);
  // As the ring of the holder would.
  shell.forgetBefore(shell.output().length);
  await close();
});

test(`${queries.length} queries in what is replayed are not answered, and the same ones live are`, async () => {
  expect(queries.length).toBeGreaterThanOrEqual(40);
  const shell = lab.shell('w1');
  shell.print(queries.join(''));
  const { page, type, close } = await lab.open(`#/drill/${lab.scripted}`);
  await page.getByTestId('tab-w1').click();
  await settled(shell);
  await type('a');
  await expect.poll(() => shell.seen.input).toBe('a');

  // What was printed while the page was away is replayed, too.
  await lab.takeOver('w1');
  shell.print(queries.join(''));
  await page.getByRole('button', { name: 'Take it back' }).click();
  await settled(shell);
  await type('b');
  await expect.poll(() => shell.seen.input).toBe('ab');

  shell.print(queries.join(''));
  await settled(shell);
  await type('c');
  await expect.poll(() => shell.seen.input).toMatch(/c$/);
  expect(shell.seen.input.split(esc).length - 1).toBeGreaterThanOrEqual(20);
  await close();
});

test(`links to ${oddAddresses.length} odd addresses are none, and one to the web asks first`, async () => {
  const { page, guard, pressFirstRow, close } = await lab.open(`#/drill/${lab.scripted}`);
  const shell = lab.shell('student');
  const press = async (address: string) => {
    shell.print(`${anew}${hyperlink(address, 'press here '.repeat(3))}`);
    await settled(shell);
    // Drawn, too.
    await guard.deeds();
    await pressFirstRow();
  };
  for (const address of oddAddresses) {
    await press(address);
    expect(await guard.deeds(), address).toEqual([]);
  }
  await press('https://user@evil.test/looks?like=kubernetes.io');
  expect(await page.getByRole('dialog').innerText()).toContain('evil.test');
  expect(await guard.deeds()).toEqual(['element DIALOG']);
  await page.getByTestId('cancel').click();
  expect(await guard.deeds()).toEqual([]);

  await press('https://evil.test/looks?like=kubernetes.io');
  await page.getByTestId('confirm').click();
  await expect.poll(guard.deeds).toContain('another window');
  await close();
});

/** The reader's mode writes what is printed into the page once more, to be spoken. */
const modes = [
  { mode: 'without a screen reader', screenReader: false },
  { mode: 'with a screen reader', screenReader: true },
] as const;

test.each(modes)('a line of 4 MB is taken, and typing goes on behind it, $mode', async ({ mode, screenReader }) => {
  const { page, guard, screen, announced, announces, type, close } = await lab.open(`#/drill/${lab.held}`, {
    screenReader,
  });
  await expect.poll(screen).toMatch(/\$$/);
  const deaf = await leastDeafMs(guard, async () => {
    await type('clear; head -c 4000000 /dev/zero | tr \'\\0\' x; echo; echo do""ne\r');
    // Not the prompt: the shell writes it anew, on a row of its own, when the screen gets another size meanwhile.
    await expect.poll(screen, { timeout: 120_000 }).toMatch(/xxxx\ndone\n[^\n]*\$$/);
    await announces(/xxxx/);
  });
  // Nobody listens to four million letters, and each one that is added would have them laid out anew.
  expect((await announced()).length).toBeLessThan(10_000);
  await type('echo al""ive\r');
  await expect.poll(screen).toMatch(/^alive$/m);

  // What goes over all of it: another size, the search.
  await page.getByTestId('larger').click();
  await page.getByTestId('find').click();
  await page.getByTestId('search').fill('xyz');
  await expect.poll(() => page.locator('.search-count').innerText()).not.toBe('');
  expect(await guard.deeds()).toEqual([]);
  process.stdout.write(`4 MB without a newline, ${mode}: the page was deaf for ${deaf} ms at most\n`);
  expect(deaf).toBeLessThan(deafMs);
  await close();
});

/** A page that does not react for longer is taken for dead: a few bytes of any of these made it deaf for ten seconds. */
const deafMs = 3_000;

/** Another program can make a page deaf as well, but not each time: the least of three tries, or the first that is good. */
async function leastDeafMs(guard: PageGuard, flood: () => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let tries = 0; tries < 3 && least >= deafMs; tries += 1) {
    await guard.longestDeafMs();
    await flood();
    least = Math.min(least, await guard.longestDeafMs());
  }
  return Math.round(least);
}

/** The most that the holder sends at once. */
const frameBytes = 64 * 1024;

/** Each fills a frame with what costs xterm most. */
const floods = {
  'inserted lines': `${esc}[200L`,
  'scrolled lines': `${esc}[200S${esc}[200T`,
  'full resets': `${esc}c`,
  'other screens': `${esc}[?1049h${esc}[?1049l`,
  'new colours': `${esc}]11;#123456\u0007`,
  palettes: `${esc}]4;${'1;#123456;'.repeat(800)}\u0007`,
  questions: `${esc}[c`,
  marks: `a${'\u0301'.repeat(30)}`,
  'marks without end': '\u0301',
} as const;

test.each(modes)('the page hears the user while the costliest output floods it, $mode', async ({
  mode,
  screenReader,
}) => {
  const { page, guard, announces, type, close } = await lab.open(`#/drill/${lab.scripted}`, { screenReader });
  await page.getByTestId('tab-cp1').click();
  const shell = lab.shell('cp1');
  const deaf: Record<string, number> = {};
  for (const [name, unit] of Object.entries(floods)) {
    deaf[name] = await leastDeafMs(guard, async () => {
      // What was announced before is over with a key.
      await type('k');
      shell.print(`${anew}a${unit.repeat(Math.ceil(frameBytes / unit.length))}`);
      await settled(shell);
      await announces(/a/);
    });
  }
  const figures = Object.entries(deaf).map(([name, value]) => `${name} ${value} ms`);
  process.stdout.write(`deaf at most, ${mode}: ${figures.join(', ')}\n`);
  expect(Math.max(...Object.values(deaf))).toBeLessThan(deafMs);
  shell.print(anew);
  await type(`after the floods ${mode}`);
  await expect.poll(() => shell.seen.input).toMatch(/after the floods with(out)? a screen reader$/);
  // As the ring of the holder would.
  shell.forgetBefore(shell.output().length);
  await close();
});

test('a megabyte of random output does no more', async () => {
  const seed = Number(process.env['KUBEWRIGHT_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
  const { guard, screen, type, close } = await lab.open(`#/drill/${lab.scripted}`);
  const shell = lab.shell('student');
  for (const [at, output] of randomOutput(seed, 32, 32_768).entries()) {
    shell.print(output);
    await settled(shell);
    expect(await guard.deeds(), `KUBEWRIGHT_SEED=${seed}, part ${at}`).toEqual([]);
  }
  shell.print(`${anew}the end`);
  await expect.poll(screen, { message: `KUBEWRIGHT_SEED=${seed}` }).toContain('the end');
  await type('after the random output');
  await expect.poll(() => shell.seen.input).toMatch(/after the random output$/);
  await close();
});
