import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { Debrief } from '../../engine/domain/debrief.ts';
import type { DebriefPage } from '../../engine/engine.ts';
import { screenShows, type } from './drill.ts';

/** A line that was typed, and between which moments it began, wall clock milliseconds. */
export interface TypedLine {
  readonly line: string;
  readonly from: number;
  readonly to: number;
}

/** Types a line, waits until the screen shows what it prints, and says when that was. */
export async function typeTimed(page: Page, line: string, shows: RegExp): Promise<TypedLine> {
  const from = Date.now();
  await type(page, line);
  await screenShows(page, shows);
  return { line, from, to: Date.now() };
}

/** Opens the debrief from the page of the verdict, and reads what it is made of. */
export async function openDebrief(
  page: Page,
): Promise<DebriefPage & { readonly number: string; readonly debrief: Debrief }> {
  await page.getByTestId('debrief').click();
  await page.getByTestId('timeline').waitFor({ timeout: 120_000 });
  const number = /#\/debrief\/(\d+)/.exec(page.url())?.[1] ?? '';
  const kept = (await page.evaluate(
    async (address) => (await fetch(address)).json() as Promise<unknown>,
    `/api/results/${number}/debrief`,
  )) as DebriefPage;
  const { debrief } = kept;
  if (debrief === undefined) throw new Error('nothing was kept of the drill');
  return { ...kept, number, debrief };
}

/** Every one of these lines is in the debrief's table, in this order, at a moment at which it was typed. */
export async function expectAtTheirSecond(page: Page, startedAt: number, typed: readonly TypedLine[]): Promise<void> {
  const rows = await page.getByTestId('command').all();
  const shown = await Promise.all(
    rows.map(async (row) => ({
      at: startedAt + Number(await row.getAttribute('data-at')),
      text: await row.locator('code').innerText(),
    })),
  );
  expect(shown.map(({ text }) => text)).toEqual(typed.map(({ line }) => line));
  for (const [index, { at }] of shown.entries()) {
    expect(at).toBeGreaterThanOrEqual(typed[index]?.from ?? Number.POSITIVE_INFINITY);
    expect(at).toBeLessThanOrEqual(typed[index]?.to ?? 0);
  }
}
