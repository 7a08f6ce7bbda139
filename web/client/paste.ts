/** Lines from which a paste is asked about first. */
const askFromLines = 6;
const maxBytes = 1024 * 1024;

export interface Paste {
  readonly text: string;
  readonly lines: number;
  /** Whether the user is asked first. */
  readonly asks: boolean;
  readonly isTooLong: boolean;
}

/**
 * What a paste would type. The end mark of a bracketed paste inside it would let the rest run as if typed, and so would a
 * Ctrl-C: neither marks nor other control characters are typed, so that no mark is left when one inside it is taken out.
 */
export function readPaste(clipboard: string): Paste {
  const text = clipboard
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\u001b[200~', '')
    .replaceAll('\u001b[201~', '')
    .replaceAll(/[^\P{Cc}\t\n]/gu, '');
  const lines = text.replace(/\n$/, '').split('\n').length;
  return { text, lines, asks: lines >= askFromLines, isTooLong: text.length > maxBytes };
}
