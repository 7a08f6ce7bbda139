import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CheckResult, judge } from '../../../engine/domain/verdict.ts';
import { gate } from '../../unit/web/fake-engine.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';
import { expectFits } from './widths.ts';

/** As long as words get that a cluster says, and nowhere to break them. */
const image = `registry.example.test:5000/kubewright/${'web-frontend-'.repeat(8)}@sha256:${'0123456789abcdef'.repeat(4)}`;
const check: CheckResult = {
  ...{ id: 'the-image-of-the-frontend-is-what-it-was-before-the-upgrade', task: 'restore' },
  ...{ role: 'safeguard', mode: 'converge', result: 'failed' },
  ...{ expected: `The image is ${image}.`, found: image, meaning: `Pods of ${image} are pulled again.` },
};
const address = `https://${'x'.repeat(60)}.test/${'y'.repeat(90)}`;
const markdown = `Bring \`${image}\` back.\n\n\`\`\`\nkubectl run x --image ${image}\n\`\`\``;

/** Colours, motion and room: the page on the user's terms. */
let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab();
  const { engine } = lab;
  const { scenarios, scenario, desk } = engine;
  const long = { id: 'image', title: `What became of ${image}`, teaser: `Nobody knows where ${image} is.` };
  engine.scenarios = async () => {
    const pages = await scenarios();
    return [...pages, ...pages.slice(0, 1).map((page) => ({ ...page, ...long }))];
  };
  engine.scenario = async (id) => (id === long.id ? { ...(await scenario('kubelet-down')), ...long } : scenario(id));
  engine.desk = async (id) => ({
    ...(await desk(id)),
    tasks: [{ id: 'restore', points: 8, markdown }],
    checks: [{ id: check.id, task: check.task, role: check.role, mode: check.mode, read: [address] }],
  });
});
afterAll(async () => {
  await lab?.close();
});

const themeOf = (page: Page) => page.evaluate<string | null>('document.documentElement.dataset.theme ?? null');
const paperOf = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
/** Whether anything moves, or still will. */
const motions = (page: Page) => page.evaluate<number>('document.getAnimations().length');

test('a cluster that rests says how it goes on, with what was seen last', async () => {
  const { id } = await lab.engine.start('kubelet-down', {});
  const page = await lab.open(`#/drill/${id}`);
  const strip = page.getByTestId('strip');
  await strip.getByRole('list').first().waitFor();
  lab.change(id, { dozes: true });
  await expect.poll(() => page.getByTestId('resting').innerText()).toContain('Type in a terminal');
  expect(await strip.getByRole('list').count()).toBeGreaterThan(0);
  lab.change(id, { dozes: false });
  await page.getByTestId('resting').waitFor({ state: 'detached' });
  await lab.engine.stop(id);
});

test('the colours that were chosen by the button outlive a reload', async () => {
  const page = await lab.open('#/', { colorScheme: 'dark' });
  const theme = page.getByTestId('theme');
  await theme.waitFor();
  const dark = await paperOf(page);
  expect([await themeOf(page), await theme.getAttribute('aria-label')]).toEqual([null, 'Colours: system. Change']);

  await theme.click();
  expect([await themeOf(page), await theme.getAttribute('aria-label')]).toEqual(['light', 'Colours: light. Change']);
  await expect.poll(() => paperOf(page)).not.toBe(dark);
  const light = await paperOf(page);
  await page.reload();
  await theme.waitFor();
  expect([await themeOf(page), await paperOf(page)]).toEqual(['light', light]);

  await theme.click();
  await page.emulateMedia({ colorScheme: 'light' });
  await page.reload();
  await theme.waitFor();
  expect([await themeOf(page), await paperOf(page)]).toEqual(['dark', dark]);
  await theme.click();
  expect([await themeOf(page), await paperOf(page)]).toEqual([null, light]);
  await page.context().close();
});

test('nothing moves for a user who wants no motion', async () => {
  const provision = gate();
  lab.hold.provision = provision.promise;
  const page = await lab.open('#/', { reducedMotion: 'no-preference' });
  await page.getByTestId('start-kubelet-down').click();
  await page.getByTestId('step-provision').waitFor();
  const id = /#\/drill\/(\w+)/.exec(page.url())?.[1] ?? '';
  lab.change(id, { steps: [{ step: 'provision', title: 'Start the cluster', state: 'running' }] });
  // For others the running step turns: this sees what moves.
  await expect.poll(() => motions(page)).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(() => motions(page)).toBe(0);

  provision.resolve();
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  // The terminal has the keys, and its cursor stands still.
  await page.getByTestId('terminal').click();
  await page.locator('.xterm-cursor').waitFor();
  await page.getByTestId('check').hover();
  expect(await motions(page)).toBe(0);
  await page.getByTestId('submit').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('verdict').waitFor();
  expect(await motions(page)).toBe(0);
  await page.context().close();
});

const phone = 390;
const screens = [1280, 2560, 3840] as const;

test('nothing runs over the edge of a window, whatever words a cluster has', async () => {
  const page = await lab.open('#/');
  await page.getByTestId('catalogue-card-image').waitFor();
  await expectFits(page, 'the catalogue', [phone, ...screens]);

  const { id } = await lab.engine.start('kubelet-down', {});
  await page.goto(new URL(`/#/drill/${id}`, lab.address).href);
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  await page.getByTestId('strip').getByRole('list').first().waitFor();
  await expectFits(page, 'the desk', screens);

  lab.change(id, { state: 'finished', verdict: judge([check]), finishedAt: new Date().toISOString() });
  await page.getByTestId('verdict').waitFor();
  expect(await page.getByTestId(`result-${check.id}`).innerText()).toContain(image);
  await expectFits(page, 'the verdict', [phone, ...screens]);
  await page.context().close();
});
