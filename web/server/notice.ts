import type { Launch } from './gate.ts';

/** Pages for visitors who are not signed in: no script, one style with the response's nonce, no word from outside. */
export const notices = {
  'no-token': {
    status: 401,
    title: 'Open the address that the server printed',
    text: 'This browser is not signed in. The server printed an address with a token when it started; open that one. If you have opened it here already, go on.',
  },
  spent: {
    status: 401,
    title: 'This address has been used',
    text: 'Its token is good for one browser, once. Go back to the browser that opened it first, or restart the server: it prints a new address.',
  },
  wrong: {
    status: 401,
    title: 'This address is of an earlier start',
    text: 'Its token is not the one of the server that runs now. Use the address that the server printed when it was started last.',
  },
  'too-many': {
    status: 429,
    title: 'Too many wrong addresses',
    text: 'Several tokens were tried that are not the one of this server. Use the address that it printed; that one works at any time.',
  },
} as const satisfies Record<
  Exclude<Launch, 'exchanged' | 'signed-in'>,
  { status: number; title: string; text: string }
>;

export function noticePage(kind: keyof typeof notices, nonce: string): string {
  const { title, text } = notices[kind];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} · kubewright</title>
<style nonce="${nonce}">
body { margin: 0; background: Canvas; color: CanvasText; min-height: 100vh; display: grid; place-items: center; font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 32rem; padding: 2rem; }
h1 { font-size: 1.375rem; line-height: 1.3; }
</style>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="/">Go on</a></p>
</main>
</html>
`;
}
