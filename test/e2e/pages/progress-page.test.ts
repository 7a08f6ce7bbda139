import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyProgress, fakeProgress } from '../../unit/web/fake-progress.ts';
import { createFakeRecords } from '../../unit/web/fake-records.ts';
import { expectAccessible } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';
import { expectFits } from './widths.ts';

/** What a learner has done, with fake records behind it that can be taken along and deleted. */
const records = createFakeRecords();
let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab({
    records: {
      ...records,
      progress: async () => ((await records.results()).length === 0 ? emptyProgress : fakeProgress),
    },
  });
});
afterAll(async () => {
  await lab?.close();
});

async function openProgress(viewport = { width: 1280, height: 720 }): Promise<Page> {
  const page = await lab.open('#/progress', { viewport });
  await page.getByTestId('progress-table').waitFor();
  return page;
}

test('it says how far each domain is, what to practise next, and how each drill went', async () => {
  const page = await openProgress();
  const domain = (id: string) => page.getByTestId(`domain-${id}`);
  expect(await domain('troubleshooting').innerText()).toMatch(/30 % of the exam\s+1 of 10 passed, 1 without harm/);
  expect(await domain('workloads').innerText()).toMatch(/15 % of the exam\s+1 of 2 passed, 0 without harm/);
  expect(await domain('storage').innerText()).toMatch(/no drills yet/);
  expect(await domain('troubleshooting').locator('.meter i').count()).toBe(10);
  expect(await domain('troubleshooting').locator('.meter-mastered').count()).toBe(1);
  expect(await domain('workloads').locator('.meter-passed').count()).toBe(1);

  const next = page.locator('.next li');
  expect(await next.allInnerTexts()).toEqual([
    expect.stringMatching(/The next minor\s+You have not passed it yet\.\s+Start/),
    expect.stringMatching(/A drain that does not end\s+You passed, but something was broken\.\s+Start/),
  ]);
  expect(await page.getByText('3 drills judged, 2 passed as the exam would see it.').count()).toBe(1);
  const harm = page.getByTestId('progress-blocked-drain');
  expect(await harm.innerText()).toMatch(/passed with harm 6 min 52 s/);
  expect(await harm.getByRole('link').first().getAttribute('href')).toBe('#/debrief/2');
  await expectAccessible(page, 'the progress');
  await expectFits(page, 'the progress');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, 'the progress on a phone');

  await page.getByTestId('next-blocked-drain').click();
  await page.locator('[data-testid="terminal"][data-state="connected"]').waitFor();
  expect(page.url()).toMatch(/#\/drill\/s\d+$/);
  await page.context().close();
});

test('the data can be taken along, and is deleted only when it is meant', async () => {
  const page = await openProgress();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-data').click()]);
  expect(download.suggestedFilename()).toBe('kubewright-data.json');
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(await records.exportAll());

  const remove = page.getByTestId('delete-data');
  await remove.click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.innerText()).toMatch(/Delete all results\?[\s\S]*for good/);
  await expectAccessible(page, 'the question before deleting');
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  await remove.click();
  await page.getByTestId('cancel').click();
  await expect.poll(() => dialog.count()).toBe(0);
  expect(await records.results()).toHaveLength(1);

  await remove.click();
  await page.getByTestId('confirm').click();
  await page.getByText('Nothing has been judged yet. Begin with one of these.').waitFor();
  expect(await records.results()).toEqual([]);
  expect(await remove.isDisabled()).toBe(true);
  expect(await page.getByTestId('export-data').isDisabled()).toBe(true);
  expect(await page.locator('.meter-passed, .meter-mastered').count()).toBe(0);
  await expectAccessible(page, 'the progress before the first drill');
  await expectFits(page, 'the progress before the first drill');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, 'the progress before the first drill, on a phone');
  await page.context().close();
});
