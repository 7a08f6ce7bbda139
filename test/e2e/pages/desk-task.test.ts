import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hint } from '../../../engine/domain/aids.ts';
import { focusedTestid } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

/** What stands beside the terminals: the task with its commands, and the hints. */
const command = 'kubectl get nodes -o wide';
const block = ['cd /tmp', 'ls', 'pwd', 'id', 'date', 'uptime'].join('\n');
const markdown = `Bring \`w1\` back; \`${command}\` shows it.\n\n\`\`\`\n${block}\n\`\`\``;
/** What the cluster makes appear. */
let appeared: readonly Hint[] = [];

let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab();
  const { engine } = lab;
  const { desk, hints, glance, takeHint } = engine;
  engine.desk = async (id) => ({ ...(await desk(id)), tasks: [{ id: 'restore', points: 8, markdown }] });
  engine.hints = async (id) => {
    const board = await hints(id);
    return { ...board, hints: [...board.hints, ...appeared] };
  };
  engine.glance = async (id) => ({ ...(await glance(id)), hints: await engine.hints(id) });
  engine.takeHint = async (id, hint) => {
    if (hint !== 'found-1') return takeHint(id, hint);
    appeared = appeared.map((one) => ({ ...one, state: 'taken', text: 'The node is cordoned as well.' }));
    return engine.hints(id);
  };
});
afterAll(async () => {
  await lab?.close();
});

test('code of the task is copied by a press, and a command is typed and run by the next one', async () => {
  const session = (await lab.engine.start('kubelet-down', {})).id;
  const shell = lab.shellOf(session, 'student-1');
  const page = await lab.open(`#/drill/${session}`);
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
  const code = (text: string) => page.getByTestId('task').locator('code').filter({ hasText: text });
  const stateOf = (text: string) => code(text).getAttribute('data-state');

  await code(command).click();
  await expect.poll(() => stateOf(command)).toBe('copied');
  expect(await clipboard()).toBe(command);
  expect(await code(command).getAttribute('aria-label')).toBe(`${command}, copied, press again to run it`);
  expect(shell.seen.input).toBe('');
  // A press that comes late, on a busy machine, copies again.
  const run = async (text: string) => {
    await code(text).click();
    return stateOf(text);
  };
  await expect.poll(() => run(command)).toBe('ran');
  await expect.poll(() => shell.seen.input).toBe(`${command}\r`);
  // The terminal has the keys: to look at what came of it.
  await page.keyboard.type('q');
  await expect.poll(() => shell.seen.input).toBe(`${command}\rq`);

  // A name is nothing to run.
  await code('w1').click();
  await code('w1').click();
  await expect.poll(clipboard).toBe('w1');
  expect(await code('w1').getAttribute('aria-label')).not.toContain('run');

  // Of many lines it is asked first, as in a paste.
  await expect.poll(() => run('cd /tmp')).toBe('ran');
  expect(await page.getByRole('dialog').innerText()).toMatch(/Run 6 lines\?/);
  await page.getByTestId('confirm').click();
  await expect.poll(() => shell.seen.input).toBe(`${command}\rq${block.replaceAll('\n', '\r')}\r`);
  await page.context().close();
});

test('a hint about what the cluster shows is announced and read, and giving up shows the way through', async () => {
  const session = (await lab.engine.start('kubelet-down', {})).id;
  const page = await lab.open(`#/drill/${session}`);
  const tab = page.getByTestId('side-hints');
  await page.getByTestId('terminal').waitFor();
  await tab.click();
  await page.getByTestId('take-restore-1').waitFor();
  expect(await tab.innerText()).toBe('Hints');

  appeared = [{ id: 'found-1', task: 'restore', cost: 0, state: 'offered', because: 'node-ready' }];
  await expect.poll(() => tab.innerText()).toBe('Hints (1)');
  const spoken = page.locator('.desk > .spoken[role="status"]');
  await expect.poll(() => spoken.textContent()).toBe('There is a hint about what the cluster shows now.');
  const offered = page.locator('.hint-offered', { hasText: 'A hint about what the cluster shows now (node-ready)' });
  await offered.getByRole('button', { name: 'Show it' }).click();
  const hint = page.getByTestId('hint-found-1');
  await expect.poll(() => hint.innerText()).toMatch(/Because of node-ready[^]*The node is cordoned as well\./);
  await expect.poll(() => focusedTestid(page)).toBe('hint-found-1');
  await expect.poll(() => tab.innerText()).toBe('Hints');

  await page.getByTestId('solution').click();
  expect(await page.getByRole('dialog').innerText()).toContain('You give up the points of this drill.');
  await page.getByTestId('cancel').click();
  expect(await page.getByTestId('walkthrough').count()).toBe(0);
  await page.getByTestId('solution').click();
  await page.getByTestId('confirm').click();
  const way = page.getByTestId('walkthrough');
  await way.waitFor();
  expect(await way.innerText()).toMatch(/How to find it[^]*What is done[^]*Why it is done so/);
  expect(await way.innerText()).toContain('ssh w1 systemctl status kubelet --no-pager');
  // Read from its beginning on.
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('The solution');
  await page.context().close();
});
