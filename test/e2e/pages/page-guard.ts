import type { BrowserContext, Page } from 'playwright';

/** What output must never make a page do, noted in words from inside the page and from around it. */
export interface PageGuard {
  /** What the page did since this was asked last. @throws when the page does not answer, since it is busy or has crashed */
  deeds(): Promise<string[]>;
  /** Milliseconds of the longest time that the page was deaf, since this was asked last. */
  longestDeafMs(): Promise<number>;
}

/** A page that takes longer than this for two frames hangs, also where other work wants the processors. */
const answersWithinMs = 60_000;

/** Runs in the page before anything else does. As text: these tests are not compiled for a browser. */
const watcher = `(() => {
  const deeds = [];
  let longest = 0;
  const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  window.takeDeeds = async () => {
    await frames();
    return deeds.splice(0);
  };
  window.takeLongest = async () => {
    await frames();
    const taken = longest;
    longest = 0;
    return taken;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ entryTypes: ['longtask'] });

  // What the markup of the corpus calls.
  window.pwned = (what) => deeds.push('a script ran: ' + what);
  const watch = (owner, names) => {
    for (const name of names) {
      const real = owner[name];
      owner[name] = function (...words) {
        deeds.push(name + ': ' + String(words[0]).slice(0, 100));
        return real.apply(this, words);
      };
    }
  };
  watch(Clipboard.prototype, ['read', 'readText', 'write', 'writeText']);
  watch(Document.prototype, ['execCommand', 'write']);
  watch(window, ['open', 'print', 'alert', 'confirm', 'prompt']);
  watch(History.prototype, ['pushState', 'replaceState', 'back', 'forward', 'go']);
  watch(Navigator.prototype, ['sendBeacon', 'registerProtocolHandler']);
  watch(Notification, ['requestPermission']);
  for (const name of ['copy', 'cut', 'fullscreenchange']) {
    document.addEventListener(name, () => deeds.push('event ' + name), true);
  }
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    deeds.push('against the policy: ' + violatedDirective + ' ' + blockedURI));

  const output = '.terminal-screen, .player-screen';
  const drawn = ['DIV', 'SPAN'];
  const never = ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'META', 'BASE', 'LINK', 'IMG', 'DIALOG', 'STYLE'];
  const active = /^on|^(href|src|srcdoc|action|formaction|data|xlink:href)$/i;
  const isOutput = (element) => element.closest(output) !== null;
  const lookAtAttributes = ({ attributes }) => {
    for (const { name } of attributes) if (active.test(name)) deeds.push('attribute ' + name);
  };
  const look = (element) => {
    const name = element.nodeName;
    if (isOutput(element) ? !drawn.includes(name) : never.includes(name)) deeds.push('element ' + name);
    if (isOutput(element)) lookAtAttributes(element);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (target.nodeName === 'TITLE' || target.parentNode?.nodeName === 'TITLE') deeds.push('title ' + document.title);
      if (type === 'attributes' && isOutput(target)) lookAtAttributes(target);
      for (const node of addedNodes) {
        if (node.nodeType !== 1) continue;
        look(node);
        for (const below of node.querySelectorAll('*')) look(below);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
})()`;

/**
 * A new page, watched from its first script on; the only one of its context. Nothing leaves the machine: what goes to another
 * origin is noted, and gets an answer from here.
 */
export async function openGuarded(context: BrowserContext, origin: string): Promise<{ page: Page; guard: PageGuard }> {
  await context.addInitScript(watcher);
  const isElsewhere = (url: URL) => url.protocol.startsWith('http') && url.origin !== origin;
  await context.route(isElsewhere, (route) => route.fulfill({ contentType: 'text/plain', body: 'elsewhere' }));
  const page = await context.newPage();

  const around: string[] = [];
  page.on('dialog', (dialog) => {
    around.push(`dialog of the browser: ${dialog.message().slice(0, 100)}`);
    void dialog.dismiss();
  });
  // Also without an opener, as they should be.
  context.on('page', () => around.push('another window'));
  page.on('framenavigated', (frame) => around.push(`navigation to ${frame.url()}`));
  page.on('download', (download) => around.push(`download of ${download.url()}`));
  page.on('crash', () => around.push('crash'));
  page.on('pageerror', ({ message }) => around.push(`error ${message}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (isElsewhere(url) || url.href.includes('pwned')) around.push(`request for ${url.href.slice(0, 100)}`);
  });

  const ask = <T>(question: string): Promise<T> => {
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('the page does not answer')), answersWithinMs).unref();
    });
    return Promise.race([page.evaluate<T>(question), late]);
  };
  return {
    page,
    guard: {
      async deeds() {
        const inside = await ask<string[]>('takeDeeds()');
        return [...inside, ...around.splice(0)];
      },
      longestDeafMs: () => ask('takeLongest()'),
    },
  };
}
