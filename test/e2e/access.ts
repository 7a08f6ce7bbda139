import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { expect } from 'vitest';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] as const;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** Looks at the page as it is now by the rules of WCAG 2.2 A and AA, in light and in dark: nothing serious or critical. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // A colour on its way to another one is neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe);
    const violations = await page.evaluate<Violation[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations)`,
    );
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    expect([what, colorScheme, words]).toEqual([what, colorScheme, []]);
  }
}

/** Goes with Tab (or back) until the element of that test id has the keys. @throws when it can't be reached */
export async function tabTo(page: Page, testid: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < 80; step += 1) {
    const focused = await page.evaluate(
      () => document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? '',
    );
    if (focused === testid) return;
    seen.push(focused);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not reach "${testid}"; it went over ${seen.join(', ')}`);
}
