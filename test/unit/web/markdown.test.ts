import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeUrl, parseInline, parseMarkdown } from '../../../web/client/markdown.ts';
import { readPaste } from '../../../web/client/paste.ts';

describe('the markdown of a task', () => {
  it('reads headings, paragraphs, lists, code and quotes', () => {
    const text =
      '# Title\n\nA line\nthat goes on.\n\n- one\n- two\n  more of two\n\n1. first\n\n```sh\nkubectl get *\n```\n> mind this\n';
    expect(parseMarkdown(text)).toEqual([
      { type: 'heading', level: 1, inline: [{ type: 'text', text: 'Title' }] },
      { type: 'paragraph', inline: [{ type: 'text', text: 'A line that goes on.' }] },
      {
        type: 'list',
        ordered: false,
        items: [[{ type: 'text', text: 'one' }], [{ type: 'text', text: 'two more of two' }]],
      },
      { type: 'list', ordered: true, items: [[{ type: 'text', text: 'first' }]] },
      { type: 'code', text: 'kubectl get *' },
      { type: 'quote', inline: [{ type: 'text', text: 'mind this' }] },
    ]);
  });

  it('reads code, emphasis and links inside a line, and leaves names with underscores alone', () => {
    expect(parseInline('Run `a *b*` **now** in my_old_pod, see [docs](https://kubernetes.io/docs/)')).toEqual([
      { type: 'text', text: 'Run ' },
      { type: 'code', text: 'a *b*' },
      { type: 'text', text: ' ' },
      { type: 'strong', text: 'now' },
      { type: 'text', text: ' in my_old_pod, see ' },
      { type: 'link', text: 'docs', url: 'https://kubernetes.io/docs/' },
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'http://a.test',
    'data:text/html,x',
    '//a.test',
    'https://a@b.test',
    'https:\\\\a.test',
    'java\nscript:x',
  ])('makes no link of %j', (url) => {
    expect(isSafeUrl(url)).toBe(false);
    expect(parseInline(`[x](${url})`).some((piece) => piece.type === 'link')).toBe(false);
  });

  it('leaves markup as the text it is and loses no letter of any text', () => {
    expect(parseInline('<img src=x onerror=alert(1)>')).toEqual([
      { type: 'text', text: '<img src=x onerror=alert(1)>' },
    ]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '*', '_', '`', '[', ']', '(', ')'), maxLength: 60 }),
        (text) => {
          const letters = (value: string) => value.replaceAll(/[^a]/g, '');
          const read = parseInline(text)
            .map((piece) => piece.text)
            .join('');
          expect(letters(read)).toBe(letters(text));
        },
      ),
    );
  });
});

describe('a paste', () => {
  it('is asked about from more than five lines', () => {
    expect(readPaste('1\n2\n3\n4\n5\n')).toMatchObject({ lines: 5, asks: false });
    expect(readPaste('1\n2\n3\n4\n5\n6')).toMatchObject({ lines: 6, asks: true });
  });

  it.each(['\r', '\r\n'])('counts lines that end with %j, which a terminal takes for Enter as well', (end) => {
    expect(readPaste(['1', '2', '3', '4', '5', ''].join(end))).toMatchObject({ lines: 5, asks: false });
    expect(readPaste(['1', '2', '3', '4', '5', '6'].join(end))).toMatchObject({ text: '1\n2\n3\n4\n5\n6', asks: true });
  });

  it('can not end its own bracket', () => {
    expect(readPaste('a\u001b[201~\nrm -rf /').text).toBe('a\nrm -rf /');
    // One inside another one, and what ends the reading of a line and with it the bracket.
    expect(readPaste('a\u001b[20\u001b[201~1~\nrm -rf /').text).not.toContain('\u001b');
    expect(readPaste('a\u0003\nrm\t-rf /').text).toBe('a\nrm\t-rf /');
  });
});
