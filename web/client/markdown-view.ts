import { copyText } from './copy.ts';
import { h } from './dom.ts';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';

/** A task's text as elements. Inline code copies itself when it is pressed. */
export function renderMarkdown(text: string): HTMLElement {
  return h('div', { class: 'prose' }, ...parseMarkdown(text).map(renderBlock));
}

/** For links to pages outside: they open beside this page and learn nothing of it. */
export function outsideLink(url: string, text: string): HTMLAnchorElement {
  return h('a', { attr: { href: url, target: '_blank', rel: 'noopener noreferrer' } }, text);
}

function renderBlock(block: Block): HTMLElement {
  switch (block.type) {
    case 'heading':
      return h(block.level <= 1 ? 'h2' : block.level === 2 ? 'h3' : 'h4', {}, ...renderInline(block.inline));
    case 'paragraph':
      return h('p', {}, ...renderInline(block.inline));
    case 'quote':
      return h('blockquote', {}, ...renderInline(block.inline));
    case 'list':
      return h(block.ordered ? 'ol' : 'ul', {}, ...block.items.map((item) => h('li', {}, ...renderInline(item))));
    case 'code':
      return h('pre', {}, copyable('code', block.text));
  }
}

function renderInline(pieces: readonly Inline[]): (Node | string)[] {
  return pieces.map((piece) => {
    switch (piece.type) {
      case 'text':
        return piece.text;
      case 'code':
        return copyable('code', piece.text);
      case 'strong':
        return h('strong', {}, piece.text);
      case 'emphasis':
        return h('em', {}, piece.text);
      case 'link':
        return outsideLink(piece.url, piece.text);
    }
  });
}

function copyable(tag: 'code', text: string): HTMLElement {
  const copy = async () => {
    if (!(await copyText(text))) return;
    element.dataset['copied'] = '';
    setTimeout(() => delete element.dataset['copied'], 1200);
  };
  const element = h(
    tag,
    {
      class: 'copyable',
      attr: { tabindex: '0', role: 'button', title: 'Copy', 'aria-label': `${text}, copy` },
      on: {
        click: () => void copy(),
        keydown: (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          void copy();
        },
      },
    },
    text,
  );
  return element;
}
