import type { Terminal } from '@xterm/xterm';

/**
 * Told to a screen reader before the next key. xterm (6.0.0, AccessibilityManager.ts) counts to twenty lines, and a line has no
 * end: four megabytes without one would be laid out whole, anew with each word that is added.
 */
const mostCharacters = 4_000;
/** Marks on one character, as on the screen (screen-bounds.ts). */
const tooManyMarks = /(\p{M}{30})\p{M}+/gu;

/** Bounds what the terminal announces; call it when it is open, and again when its reader's mode has been switched. */
export function boundAnnouncements({ element }: Terminal): void {
  const region = element?.querySelector<HTMLElement>('.live-region') ?? undefined;
  if (region === undefined || region.dataset['bounded'] !== undefined) return;
  region.dataset['bounded'] = '';
  // It is called before anything is laid out.
  new MutationObserver(() => {
    const { textContent } = region;
    const bounded = textContent.slice(0, mostCharacters).replaceAll(tooManyMarks, '$1');
    if (bounded !== textContent) region.textContent = bounded;
  }).observe(region, { childList: true });
}
