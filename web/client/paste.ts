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

/** What a paste would type. The end mark of a bracketed paste inside it would let the rest run as if typed: it is taken out. */
export function readPaste(clipboard: string): Paste {
  const text = clipboard.replaceAll('\u001b[201~', '').replaceAll('\u001b[200~', '');
  const lines = text.replace(/\r?\n$/, '').split('\n').length;
  return { text, lines, asks: lines >= askFromLines, isTooLong: text.length > maxBytes };
}
