import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { checkout } from '../real/command-line.ts';

const docs = join(checkout, 'docs');

/** Nothing moves while a picture is taken: a colour on its way to another one is neither. */
export const pictured = {
  viewport: { width: 1280, height: 720 },
  colorScheme: 'dark',
  reducedMotion: 'reduce',
} as const;
export const phone = { width: 390, height: 844 } as const;

/** docs/<name>.png; whole: also what is further down. */
export async function takePicture(page: Page, name: string, { whole = false } = {}): Promise<void> {
  await mkdir(docs, { recursive: true });
  await page.screenshot({ path: join(docs, `${name}.png`), fullPage: whole });
}
