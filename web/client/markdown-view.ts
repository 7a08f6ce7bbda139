import { copyText } from './copy.ts';
import { h } from './dom.ts';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';

/** Runs a command in the shell that was used last. */
export type RunCommand = (command: string) => void;

/** A task's text as elements. Code copies itself when it is pressed; where it may run, a second press runs a command. */
export function renderMarkdown(text: string, run?: RunCommand): HTMLElement {
  return h('div', { class: 'prose' }, ...parseMarkdown(text).map((block) => renderBlock(block, run)));
}

/** For links to pages outside: they open beside this page and learn nothing of it. */
export function outsideLink(url: string, text: string): HTMLAnchorElement {
  return h('a', { attr: { href: url, target: '_blank', rel: 'noopener noreferrer' } }, text);
}

function renderBlock(block: Block, run: RunCommand | undefined): HTMLElement {
  const inline = (pieces: readonly Inline[]) => renderInline(pieces, run);
  switch (block.type) {
    case 'heading':
      return h(block.level <= 2 ? 'h2' : block.level === 3 ? 'h3' : 'h4', {}, ...inline(block.inline));
    case 'paragraph':
      return h('p', {}, ...inline(block.inline));
    case 'quote':
      return h('blockquote', {}, ...inline(block.inline));
    case 'list':
      return h(block.ordered ? 'ol' : 'ul', {}, ...block.items.map((item) => h('li', {}, ...inline(item))));
    case 'code':
      return h('pre', {}, copyable(block.text, run));
  }
}

function renderInline(pieces: readonly Inline[], run: RunCommand | undefined): (Node | string)[] {
  return pieces.map((piece) => {
    switch (piece.type) {
      case 'text':
        return piece.text;
      case 'code':
        return copyable(piece.text, run);
      case 'strong':
        return h('strong', {}, piece.text);
      case 'emphasis':
        return h('em', {}, piece.text);
      case 'link':
        return outsideLink(piece.url, piece.text);
    }
  });
}

/** How long after the first press a second one runs what was copied. */
const armedMs = 4_000;

/** Code that copies itself when it is pressed; a command (words, not a name) runs at a second press soon after. */
export function copyable(text: string, run?: RunCommand): HTMLElement {
  const runs = run !== undefined && isCommand(text);
  let disarm: ReturnType<typeof setTimeout> | undefined;
  const say = (state: 'idle' | 'copied' | 'ran') => {
    element.dataset['state'] = state;
    const next = runs ? ', press again to run it' : '';
    const words = { idle: `${text}, copy`, copied: `${text}, copied${next}`, ran: `${text}, typed into the terminal` };
    element.setAttribute('aria-label', words[state]);
    element.title = state === 'copied' && runs ? 'Press again to run it' : 'Copy';
  };
  const settle = (state: 'copied' | 'ran', ms: number) => {
    clearTimeout(disarm);
    say(state);
    disarm = setTimeout(() => say('idle'), ms);
  };
  const press = async () => {
    if (runs && element.dataset['state'] === 'copied') {
      settle('ran', 1_200);
      return run(text);
    }
    if (await copyText(text)) settle('copied', runs ? armedMs : 1_200);
  };
  const element = h(
    'code',
    {
      class: runs ? 'copyable runnable' : 'copyable',
      attr: { tabindex: '0', role: 'button' },
      on: {
        click: () => void press(),
        keydown: (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          void press();
        },
      },
    },
    text,
  );
  say('idle');
  return element;
}

/** A name, a path or an option alone is nothing to run. */
function isCommand(text: string): boolean {
  return /^[a-z][\w.-]* +\S/.test(text.trim());
}
