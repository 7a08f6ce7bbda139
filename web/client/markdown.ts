/**
 * The part of Markdown that tasks are written in, as data: headings, paragraphs, lists, code, emphasis, links to https.
 * Everything else stays the text it is. One pass over the lines and one over each line's characters, so that no text can
 * make it slow.
 */
export type Block =
  | { readonly type: 'heading'; readonly level: number; readonly inline: readonly Inline[] }
  | { readonly type: 'paragraph'; readonly inline: readonly Inline[] }
  | { readonly type: 'quote'; readonly inline: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly type: 'code'; readonly text: string };

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'strong' | 'emphasis'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly url: string };

const fence = /^\s{0,3}```/;
const heading = /^(#{1,6})\s+(.*)$/;
const item = /^\s{0,3}(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const comment = /^\s*<!--.*-->\s*$/;

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replaceAll('\r', '').split('\n');
  let paragraph: string[] = [];
  let quote: string[] = [];
  let list: { ordered: boolean; items: string[] } | undefined;

  const endBlocks = () => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', inline: parseInline(paragraph.join(' ')) });
    if (quote.length > 0) blocks.push({ type: 'quote', inline: parseInline(quote.join(' ')) });
    if (list !== undefined) blocks.push({ type: 'list', ordered: list.ordered, items: list.items.map(parseInline) });
    paragraph = [];
    quote = [];
    list = undefined;
  };

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (fence.test(line)) {
      endBlocks();
      const end = lines.findIndex((candidate, index) => index > at && fence.test(candidate));
      const last = end === -1 ? lines.length : end;
      blocks.push({ type: 'code', text: lines.slice(at + 1, last).join('\n') });
      at = last;
      continue;
    }
    const head = heading.exec(line);
    const entry = item.exec(line);
    if (line.trim() === '' || comment.test(line)) endBlocks();
    else if (head !== null) {
      endBlocks();
      blocks.push({ type: 'heading', level: head[1]?.length ?? 1, inline: parseInline(head[2] ?? '') });
    } else if (line.startsWith('>')) {
      if (quote.length === 0) endBlocks();
      quote.push(line.replace(/^>\s?/, ''));
    } else if (entry !== null) {
      const ordered = entry[1] !== undefined;
      if (list?.ordered !== ordered) endBlocks();
      list ??= { ordered, items: [] };
      list.items.push(entry[2] ?? '');
    } else if (list !== undefined) {
      // A line that goes on with the item above it.
      list.items.push(`${list.items.pop() ?? ''} ${line.trim()}`);
    } else if (quote.length > 0) quote.push(line);
    else paragraph.push(line.trim());
  }
  endBlocks();
  return blocks;
}

/** Marks in the order in which they win; each one ends at the first place where its closing mark stands. */
const marks = [
  { open: '`', close: '`', type: 'code' },
  { open: '**', close: '**', type: 'strong' },
  { open: '__', close: '__', type: 'strong' },
  { open: '*', close: '*', type: 'emphasis' },
  { open: '_', close: '_', type: 'emphasis' },
] as const;

export function parseInline(text: string): Inline[] {
  const inline: Inline[] = [];
  // A closing mark that was looked for and not found is not there further on either: looked for once only.
  const missing = new Set<string>();
  let plain = '';
  let at = 0;

  const push = (piece: Inline, next: number) => {
    if (plain !== '') inline.push({ type: 'text', text: plain });
    plain = '';
    inline.push(piece);
    at = next;
  };
  const indexOf = (wanted: string, from: number) => {
    if (missing.has(wanted)) return -1;
    const found = text.indexOf(wanted, from);
    if (found === -1) missing.add(wanted);
    return found;
  };

  outer: while (at < text.length) {
    for (const { open, close, type } of marks) {
      if (!text.startsWith(open, at)) continue;
      const from = at + open.length;
      const end = indexOf(close, from);
      const isWord = open.startsWith('_') && /\w/.test(text[at - 1] ?? '');
      if (end <= from || isWord || (type !== 'code' && /\s/.test(text[from] ?? ' '))) continue;
      push({ type, text: text.slice(from, end) }, end + close.length);
      continue outer;
    }
    if (text[at] === '[') {
      const middle = indexOf('](', at);
      const end = middle === -1 ? -1 : indexOf(')', middle);
      const url = end === -1 ? '' : text.slice(middle + 2, end);
      if (isSafeUrl(url)) {
        push({ type: 'link', text: text.slice(at + 1, middle), url }, end + 1);
        continue;
      }
    }
    plain += text[at] ?? '';
    at += 1;
  }
  if (plain !== '') inline.push({ type: 'text', text: plain });
  return inline;
}

/** https only, and nothing that a URL parser reads differently from a reader. */
export function isSafeUrl(text: string): boolean {
  return /^https:\/\/[^\s\\@]+$/.test(text) && URL.canParse(text);
}
