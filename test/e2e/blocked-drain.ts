import type { Page } from 'playwright';
import { expect } from 'vitest';
import { pressCheck, pressStop, pressSubmit, resultOf, screenShows, startDrill, type } from './drill.ts';

/** A blocked drain, solved by typing the real commands: the verdict turns. */
export async function solveBlockedDrain(page: Page, url: string): Promise<void> {
  await startDrill(page, url, 'pdb-blocked-drain');
  await pressCheck(page);
  expect(await resultOf(page, 'w2-drained')).toBe('failed');
  expect(await page.getByTestId('verdict-exam').first().innerText()).toMatch(/not passed/i);

  await type(page, 'kubectl get pdb -n shop');
  await screenShows(page, /api-pdb\s+2\s+N\/A\s+0/);
  await completeDrain(page);
  await pressCheck(page);
  expect(await resultOf(page, 'w2-drained')).toBe('passed');
  await pressSubmit(page);
  expect(await page.getByTestId('verdict-exam').first().innerText()).toMatch(/passed/i);
  expect(await page.getByTestId('verdict-operations').first().innerText()).not.toMatch(/not passed/i);
  expect(await page.locator('[data-result="failed"], [data-result="errored"]').count()).toBe(0);
  await pressStop(page);
}

/** One more replica makes room in the budget, and the colleague's drain comes to its end. */
export async function completeDrain(page: Page): Promise<void> {
  await type(
    page,
    'kubectl -n shop scale deployment api --replicas=3 && kubectl -n shop rollout status deployment api',
  );
  await screenShows(page, /successfully rolled out/);
  await type(
    page,
    'kubectl wait -n shop --for=delete pod -l app=api --field-selector spec.nodeName=w2 --timeout=120s; echo gone=$?',
  );
  await screenShows(page, /gone=0/);
}
