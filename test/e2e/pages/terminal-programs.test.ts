import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anew } from './escape-corpus.ts';
import { type HostileLab, settled, startHostileLab } from './hostile-lab.ts';
import { placeOf, pressWord } from './terminal-place.ts';

/** Programs that take the whole screen, with their keys and their mouse: a real shell, a real browser. */
let lab: HostileLab;
beforeAll(async () => {
  for (const program of ['less', 'tmux', 'vim']) mustBeHere(program);
  lab = await startHostileLab();
});
afterAll(async () => {
  await lab?.close();
});

function mustBeHere(program: string): void {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
  } catch (error) {
    throw new Error(`${program} is not on this machine: run "apt-get install ${program}"`, { cause: error });
  }
}

// Without the option less hears no mouse, and a terminal sends arrows for the wheel.
test.each(['less', 'less --mouse'])('the wheel scrolls %s, and q gives back the screen of before', async (less) => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // It was larger before: what was on it then is not above what less shows.
  await page.setViewportSize({ width: 1280, height: 600 });
  await expect.poll(() => page.locator('.xterm-rows > div').count()).toBeLessThan(28);
  await type(`clear; echo be""fore; seq 1 500 | ${less}\r`);
  await expect.poll(screen).toMatch(/^1\n2\n3\n[^]*\n:$/);
  const { x, y } = await placeOf(page, '3');
  await page.mouse.move(x, y);
  for (let turn = 0; turn < 3; turn += 1) await page.mouse.wheel(0, 300);
  await expect.poll(screen).toMatch(/^([2-9]|\d\d)\n/);
  for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -300);
  await expect.poll(screen).toMatch(/^1\n2\n/);
  await page.keyboard.press('ArrowDown');
  await expect.poll(screen).toMatch(/^2\n3\n/);
  await page.keyboard.press('End');
  await expect.poll(screen).toMatch(/\n500\n\(END\)$/);
  await page.keyboard.press('Home');
  await expect.poll(screen).toMatch(/^1\n2\n/);
  await page.keyboard.press('q');
  await expect.poll(screen).toMatch(/^before\n\$$/m);
  expect(await screen()).not.toMatch(/^2$/m);
  await close();
});

test('vim goes where the mouse is pressed and where the arrows lead, and writes what is typed there', async () => {
  const { page, guard, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  await type('clear; seq 101 140 > numbers; vim --clean numbers\r');
  await expect.poll(screen).toMatch(/^101\n102\n[^]*\b1,1 +Top$/);
  await page.keyboard.type(':set mouse=a number\r');
  // Numbers stay, while the words typed are gone when vim draws its screen anew.
  await expect.poll(screen).toMatch(/^ +7 107$/m);
  await pressWord(page, '107');
  await expect.poll(screen).toMatch(/\b7,2\b[^\n]*$/);
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await expect.poll(screen).toMatch(/\b9,3\b[^\n]*$/);
  await page.keyboard.type('iX');
  await page.keyboard.press('Escape');
  await expect.poll(screen).toMatch(/^ +9 10X9$/m);
  await page.keyboard.type(':wq\r');
  await expect.poll(screen).toMatch(/\$$/);
  await page.keyboard.type('sed -n 9p numbers\r');
  await expect.poll(screen).toMatch(/sed -n 9p numbers\n10X9\n\$$/);
  expect(await guard.deeds()).toEqual([]);
  await close();
});

test('a press in the other pane of tmux gives it the keys', async () => {
  const { page, screen, type, close } = await lab.open(`#/drill/${lab.held}`);
  // It ends with its last terminal, also when this test fails.
  await type("clear; printf 'set -g %s\\n' 'mouse on' 'destroy-unattached on' 'status-right pane_#P' > tmux.conf\r");
  await type('tmux -S tmux.sock -f tmux.conf new\r');
  await expect.poll(screen).toMatch(/^\$\n+\[0\] 0:bash/);
  const whichPane = "tmux display -p 'pane''#{pane_index}'\r";
  await page.keyboard.type(whichPane);
  await expect.poll(screen).toMatch(/^pane0$/m);
  await page.keyboard.press('Control+b');
  await page.keyboard.press('%');
  await expect.poll(screen).toMatch(/pane0 *│/);
  await page.keyboard.type(whichPane);
  await expect.poll(screen).toMatch(/│ *pane1$/m);
  // Quick as a machine, a second press would be one half of a double click.
  const goTo = async (pane: string) => {
    await pressWord(page, pane);
    return screen();
  };
  await expect.poll(() => goTo('pane0'), { interval: 700 }).toMatch(/pane_0$/);
  await page.keyboard.type('clear; echo is""left\r');
  await expect.poll(screen).toMatch(/^isleft *│/);
  await expect.poll(() => goTo('pane1'), { interval: 700 }).toMatch(/pane_1$/);
  await page.keyboard.type('clear; echo is""right\r');
  await expect.poll(screen).toMatch(/│isright$/m);
  await page.keyboard.type('tmux kill-server\r');
  await expect.poll(screen).toMatch(/\[exited\]|\[server exited\]|\[lost server\]/);
  await page.keyboard.type('echo al""ive\r');
  await expect.poll(screen).toMatch(/^alive\n\$$/m);
  await close();
});

test('a program that asks for the mouse in the oldest way is told where it was pressed', async () => {
  const { page, close } = await lab.open(`#/drill/${lab.scripted}`);
  const shell = lab.shell('student');
  shell.print(`${anew}\u001b[?1000h${'.'.repeat(97)}x`);
  await settled(shell);
  await pressWord(page, 'x');
  // Each number is one byte from 32 on; what comes beyond 127 shows here as what is no text.
  await expect.poll(() => shell.seen.input).toBe('\u001b[M \ufffd!\u001b[M#\ufffd!');
  await close();
});
