import type { Page } from 'playwright';
import { expect } from 'vitest';

/** A phone, a laptop, and a screen of 4K that nothing is scaled on. */
const widths = [390, 1280, 3840] as const;

/** The page is never wider than its window: what is too wide scrolls in a frame of its own. */
export async function expectFits(page: Page, what: string, at: readonly number[] = widths): Promise<void> {
  const before = page.viewportSize();
  for (const width of at) {
    await page.setViewportSize({ width, height: 900 });
    // As text: these tests are not compiled for a browser. What draws itself anew does so within two frames.
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    const tooWide = await page.evaluate<string[]>(`(() => {
      const { scrollingElement: page } = document;
      if (page.scrollWidth <= page.clientWidth) return [];
      const beside = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
      return [page.scrollWidth + ' px', ...beside.slice(0, 12).map(({ tagName, className }) => tagName + '.' + className)];
    })()`);
    expect(tooWide, `${what} in a window of ${width} px`).toEqual([]);
  }
  if (before !== null) await page.setViewportSize(before);
}
