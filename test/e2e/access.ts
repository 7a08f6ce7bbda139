import axe from 'axe-core';
import type { Page } from 'playwright';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] as const;

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
    await page.evaluate(axe.source);
    const violations = await page.evaluate<Violation[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations)`,
    );
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    if (words.length > 0) throw new Error(`${what} in ${colorScheme} is not accessible: ${words.join('; ')}`);
  }
}

/** Test id of what has the keys, or of the nearest thing around it; empty without one. */
export async function focusedTestid(page: Page): Promise<string> {
  // As text: these tests are not compiled for a browser.
  return page.evaluate<string>(`document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? ''`);
}

/** Goes with Tab (or back) until the element of that test id has the keys. @throws when it can't be reached */
export async function tabTo(page: Page, testid: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < 80; step += 1) {
    const focused = await focusedTestid(page);
    if (focused === testid) return;
    seen.push(focused);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not reach "${testid}"; it went over ${seen.join(', ')}`);
}
