import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeCast, fakeDebrief } from '../../unit/web/fake-debrief.ts';
import { expectAccessible } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';
import { expectFits } from './widths.ts';

/** The picture of a drill, drawn from a record that was made up to have everything in it. Result 2 is of before debriefs were kept. */
let lab: FakeLab;
beforeAll(async () => {
  const { result, title } = fakeDebrief;
  lab = await startFakeLab({
    records: {
      debrief: async (number) =>
        number === 2 ? { result: { ...result, number }, title, recordings: [] } : { ...fakeDebrief },
      recording: async (_number, terminal) => fakeCast(terminal),
    },
  });
});
afterAll(async () => {
  await lab?.close();
});

async function openDebrief(viewport = { width: 1280, height: 720 }): Promise<Page> {
  const page = await lab.open('#/debrief/1', { viewport });
  await page.getByTestId('timeline').waitFor();
  await page.getByTestId('player-screen').locator('.xterm-rows').waitFor();
  return page;
}

/** The lane of that name in the learner's drill; a name may stand for several. */
const lane = (page: Page, label: string): Locator =>
  page.locator('.lane-you').filter({ has: page.locator('.lane-label').getByText(label, { exact: true }) });

/** What is told of a thing in the picture when the pointer is on it. */
async function tipOf(page: Page, thing: Locator): Promise<string> {
  let told = '';
  await expect
    .poll(async () => {
      // Away first: a picture that was drawn anew has forgotten the pointer.
      await page.mouse.move(0, 0);
      await thing.hover({ force: true });
      told = (await page.locator('.timeline-tip:visible').allInnerTexts()).join('');
      return told;
    })
    .not.toBe('');
  return told;
}

const ticks = (page: Page) => page.locator('.timeline-tick').allTextContents();
const labels = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.lane-label')].map(({ firstChild }) => firstChild.data)`);

test('the picture tells what a bar, a mark and a curve are, also on a screen on which all is drawn larger', async () => {
  const page = await openDebrief();
  for (const width of [1280, 3840]) {
    await page.setViewportSize({ width, height: 1200 });
    expect(await tipOf(page, lane(page, 'shop/front').locator('.bar-bad'))).toMatch(
      /3:16 · shop\/front[\s\S]*does not answer[\s\S]*silent for 31 s/,
    );
    expect(await tipOf(page, lane(page, 'cp1').locator('.bar-deed').first())).toMatch(
      /sudo kubeadm upgrade apply v1\.35\.4 -y[\s\S]*took 1 min 17 s[\s\S]*exit code 0/,
    );
    expect(await tipOf(page, lane(page, 'through the API').locator('.mark-unsure'))).toMatch(
      /delete pod shop\/web[\s\S]*by kubernetes-admin[\s\S]*3 times in 14 s[\s\S]*refused with 403/,
    );
  }
  await page.setViewportSize({ width: 1280, height: 1200 });
  expect(await tipOf(page, lane(page, 'fault and events').locator('.mark-bad'))).toMatch(/Fault: held packages/);
  expect(await tipOf(page, lane(page, 'w1').locator('.bar-bad'))).toMatch(/silent, cordoned[\s\S]*kubelet v1\.34\.4/);
  expect(await lane(page, 'w1').locator('.bar-stripes').count()).toBe(3);
  expect(await tipOf(page, lane(page, 'API server cp1').locator('.bar-bad'))).toMatch(/does not answer/);
  expect(await tipOf(page, lane(page, 'control-plane-version').locator('.bar-unsure'))).toMatch(/could not be read/);

  const etcd = lane(page, 'etcd cp1');
  expect(await etcd.locator('.bar-label').allTextContents()).toEqual(['13 s']);
  expect(await tipOf(page, etcd.locator('.bar-bad'))).toMatch(/0:38 · etcd cp1[\s\S]*does not answer/);
  expect(await tipOf(page, etcd.locator('.mark-shape'))).toMatch(/term 3[\s\S]*this member leads/);
  expect(await tipOf(page, etcd.locator('.curve-line'))).toMatch(/revision 1877/);
  await page.context().close();
});

test('it is looked at closer by the keys, the buttons and the wheel, and wholly again', async () => {
  const page = await openDebrief();
  const timeline = page.getByTestId('timeline');
  const whole = await ticks(page);
  const isOther = async (than: readonly string[]) => {
    await expect.poll(() => ticks(page)).not.toEqual(than);
    return await ticks(page);
  };
  const isWhole = async () => {
    await expect.poll(() => ticks(page)).toEqual(whole);
  };
  const more = page.getByRole('button', { name: 'Show more' });
  await timeline.focus();
  expect(await more.isDisabled()).toBe(true);
  await page.keyboard.press('+');
  const closer = await isOther(whole);
  expect(await more.isEnabled()).toBe(true);
  await page.keyboard.press('ArrowRight');
  await isOther(closer);
  await page.keyboard.press('0');
  await isWhole();
  await page.getByRole('button', { name: 'Look closer' }).click();
  await isOther(whole);
  await more.click();
  await isWhole();

  // The wheel alone is for the page.
  await timeline.scrollIntoViewIfNeeded();
  await timeline.hover();
  await page.evaluate('scrollTo(0, 0)');
  await page.mouse.wheel(0, 300);
  await expect.poll(() => page.evaluate('document.scrollingElement.scrollTop')).toBeGreaterThan(0);
  expect(await ticks(page)).toEqual(whole);
  await timeline.hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -240);
  await page.keyboard.up('Control');
  await isOther(whole);
  await timeline.dblclick();
  await isWhole();
  await page.context().close();
});

test('the reference procedure goes beside, lane by lane, and can be left out', async () => {
  const page = await openDebrief();
  const beside = await labels(page);
  for (const name of ['student', 'cp1', 'through the API', 'shop/front', 'shop/web', 'API server cp1']) {
    expect(beside[beside.indexOf(name) + 1], `after ${name}`).toBe('reference');
  }
  expect(beside[beside.lastIndexOf('w1') + 1]).toBe('reference');
  // Of what the reference did not do or see, there is nothing.
  expect(beside[beside.indexOf('etcd cp1') + 1]).not.toBe('reference');
  expect(await page.locator('.lane-reference .bar-deed').count()).toBe(4);
  expect(await page.getByTestId('parting').innerText()).toMatch(/Where the ways part[\s\S]*drain node w1/);
  expect(await page.locator('.timeline-parting').count()).toBe(1);

  await page.getByLabel('Reference').uncheck();
  await expect.poll(() => labels(page)).toEqual(beside.filter((label) => label !== 'reference'));
  // What never changed is out of the way until it is wanted.
  expect(await lane(page, 'w2').count()).toBe(0);
  await page.getByLabel('Quiet lanes').check();
  await lane(page, 'w2').waitFor();
  expect(await lane(page, 'shop/cache').count()).toBe(1);
  await page.context().close();
});

test('a recording opens where there is something to see, and goes to the command that is pressed', async () => {
  const page = await openDebrief();
  const screen = page.getByTestId('player-screen');
  const shows = async (pattern: RegExp) => {
    await expect.poll(() => screen.filter({ visible: true }).innerText()).toMatch(pattern);
  };
  // Out of sight it is not drawn.
  await screen.scrollIntoViewIfNeeded();
  await shows(/cp1\s+Ready\s+control-plane/);
  expect(await page.locator('.player-time').innerText()).toBe('0:04 / 4:40');
  expect(await page.getByRole('slider', { name: 'Moment' }).getAttribute('aria-valuetext')).toBe('0:04');
  await page.getByTestId('command').filter({ hasText: 'kubectl uncordon w1' }).getByRole('button').click();
  await shows(/node\/w1 uncordoned/);
  // From another machine, with its own recording.
  await page.getByTestId('command').filter({ hasText: 'kubeadm upgrade apply' }).getByRole('button').click();
  await shows(/SUCCESS!/);
  expect(await page.getByTestId('recording-cp1-1').getAttribute('aria-selected')).toBe('true');
  await page.context().close();
});

test('a debrief is accessible and fits its window, with a record and without one', async () => {
  const page = await openDebrief();
  await page.getByTestId('debrief-checks').locator('summary').first().click();
  await expectAccessible(page, 'a debrief');
  await expectFits(page, 'a debrief');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, 'a debrief on a phone');

  const bare = await lab.open('#/debrief/2');
  await bare.getByTestId('problem').waitFor();
  expect(await bare.getByTestId('problem').innerText()).toMatch(/Nothing was kept of this drill but its verdict/);
  expect(await bare.getByTestId('timeline').count()).toBe(0);
  await expectAccessible(bare, 'a debrief without a record');
  await expectFits(bare, 'a debrief without a record');
  await bare.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(bare, 'a debrief without a record on a phone');
  await bare.context().close();
  await page.context().close();
});
