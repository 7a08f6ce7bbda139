import { confirmed } from './dialog.ts';
import { h } from './dom.ts';

/** Shown of an address; it may have millions of characters. */
const shownLength = 500;

/** Opens an address that output shows in a window that knows nothing of this page. Anything but http and https is not opened. */
function openOutside(address: string): void {
  const url = outsideUrl(address);
  if (url !== undefined) window.open(url.href, '_blank', 'noopener,noreferrer');
}

/** The same for a link in the terminal: first says where it leads. */
export async function askToOpen(address: string): Promise<void> {
  const url = outsideUrl(address);
  if (url === undefined) return;
  const { href } = url;
  const shown = href.length > shownLength ? `${href.slice(0, shownLength)}…` : href;
  const isMeant = await confirmed({
    title: `Open a page of ${url.host}?`,
    text: ['A program in the terminal made this link. It leads to:', h('pre', { class: 'paste-preview' }, shown)],
    yes: 'Open',
  });
  if (isMeant) openOutside(href);
}

function outsideUrl(address: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}
