import type { Page } from 'playwright';
import { expect } from 'vitest';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a word without spaces stands in a terminal that is shown, in px; the last place of several. */
export async function placeOf(page: Page, word: string): Promise<Place> {
  // As text: these tests are not compiled for a browser.
  const find = `(() => {
    const shown = [...document.querySelectorAll('.xterm-rows')].filter((rows) => rows.offsetParent !== null);
    let last = null;
    for (const rows of shown) {
      const texts = document.createTreeWalker(rows, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const at = texts.currentNode.data.lastIndexOf(${JSON.stringify(word)});
        if (at === -1) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + ${word.length});
        const { x, y, width, height } = range.getBoundingClientRect();
        last = { x, y, width, height };
      }
    }
    return last;
  })()`;
  let place: Place | null = null;
  await expect
    .poll(
      async () => {
        place = await page.evaluate<Place | null>(find);
        return place;
      },
      { message: `"${word}" is on the screen` },
    )
    .not.toBeNull();
  return place ?? { x: 0, y: 0, width: 0, height: 0 };
}

/** Presses the mouse in the middle of a word of the terminal. */
export async function pressWord(page: Page, word: string, clickCount = 1): Promise<void> {
  const { x, y, width, height } = await placeOf(page, word);
  await page.mouse.click(x + width / 2, y + height / 2, { clickCount });
}
