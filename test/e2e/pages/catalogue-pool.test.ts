import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PoolState } from '../../../engine/engine.ts';
import { expectAccessible } from '../access.ts';
import { type FakeLab, startFakeLab } from './fake-lab.ts';

const waits = {
  id: 'ahead',
  shape: 'two-workers',
  versions: { from: '1.34' },
  scenarios: ['kubelet-down', 'another'],
} as const;
/** What the test changes is what the page is told next. */
let state: PoolState = { size: 1, waiting: [waits] };
let lab: FakeLab;
beforeAll(async () => {
  lab = await startFakeLab({ pool: { state: async () => state } });
});
afterAll(async () => {
  await lab?.close();
});

test('the catalogue says what waits, what it saves and costs, and which drills it fits', async () => {
  const page = await lab.open('#/');
  const line = page.getByTestId('pool-line');
  await page.getByTestId('start-kubelet-down').waitFor();
  await line.waitFor();
  expect(await line.innerText()).toContain('being made ahead');
  expect(await page.getByText('Cluster waits', { exact: true }).count()).toBe(0);

  const readyAt = new Date().toISOString();
  state = { size: 1, waiting: [{ ...waits, readyAt, tookMs: 31_400, memoryBytes: 700 * 2 ** 20, cores: 0.12 }] };
  // The page looks again when its window is looked at again.
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page.getByTestId('catalogue-card-kubelet-down').getByText('Cluster waits', { exact: true }).waitFor();
  expect(await page.getByText('Cluster waits', { exact: true }).count()).toBe(1);
  expect(await line.innerText()).toBe(
    'A cluster waits (two workers, v1.34): it fits 2 drills and saves 31 s; it takes 700 MiB and 0.12 of a core.',
  );
  await expectAccessible(page, 'a catalogue with a cluster that waits');

  state = { size: 0, waiting: [] };
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await line.waitFor({ state: 'hidden' });
  expect(await page.getByText('Cluster waits', { exact: true }).count()).toBe(0);
  await page.context().close();
});
