import { Lexer, Parser } from 'yaml';
import { createPlaceFinder, type Problem } from './problem.ts';

/** Far above what a scenario needs, far below what hurts the YAML parser. */
export const limits = {
  bytes: 64 * 1024,
  lines: 3_000,
  /** Open collections, flow and block together. */
  depth: 32,
  scalarChars: 8 * 1024,
  /** Lexical parts that are not white space: bounds the parser's quadratic search for duplicate keys. */
  parts: 6_000,
} as const;

/** The lexer's control marks (see the head of yaml's lexer.js): each stands for itself, not for a piece of the text. */
const controlMarks: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);
const scalarMark = '\u001f';
/** What the parser's stack holds besides documents and scalars. */
const collections: ReadonlySet<string> = new Set(['block-map', 'block-seq', 'flow-collection']);

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/u;
const loneSurrogate = /\p{Surrogate}/u;
const bareCarriageReturn = /\r(?!\n)/;

/**
 * Looks at a YAML text before it becomes a document and says what must not become one. Deep nesting makes the composer
 * overflow the stack, which aborts the whole process on Node 20 and 22 and cannot be caught. So this feeds the parser
 * one lexical part at a time and looks at its stack after each: it stops before anything is deep. (To follow the
 * nesting by the lexer's tokens alone does not do: on broken texts the parser nests in ways of its own.)
 * Never throws for any text.
 * @returns no problems when the text may be parsed
 */
export function guardYaml(text: string, file: string): Problem[] {
  const placeOf = createPlaceFinder(text);
  const problems: Problem[] = [];
  const report = (offset: number, message: string, remedy: string): void => {
    problems.push({ file, ...placeOf(offset), path: '', message, remedy });
  };

  reportSize(text, report);
  reportCharacters(text, report);
  // The lexer's control marks would be confused with such characters, and a text too large is not worth a walk.
  if (problems.length > 0) return problems;
  reportStructure(text, report);
  return problems;
}

type Report = (offset: number, message: string, remedy: string) => void;

function reportSize(text: string, report: Report): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    report(0, `the file has ${bytes} bytes; ${limits.bytes} are allowed`, 'Move long texts into files of their own.');
  }
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines > limits.lines && at + 1 < text.length) {
      report(at + 1, `the file has more than ${limits.lines} lines`, 'Move long texts into files of their own.');
      return;
    }
  }
}

function reportCharacters(text: string, report: Report): void {
  const control = forbiddenCharacter.exec(text) ?? loneSurrogate.exec(text);
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    report(
      control.index,
      `the character U+${code} is not allowed`,
      'Remove it; write it as an escape in double quotes.',
    );
  }
  const bare = bareCarriageReturn.exec(text);
  if (bare !== null) {
    report(bare.index, 'a carriage return without a line feed', 'Save the file with LF or CRLF line ends.');
  }
}

function reportStructure(text: string, report: Report): void {
  const parser = new Parser();
  let scalarIsNext = false;
  let offset = 0;
  let parts = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const isMark: boolean = !scalarIsNext && controlMarks.has(lexeme);
    const isScalar = scalarIsNext || /^["']/.test(lexeme);
    scalarIsNext = isMark && lexeme === scalarMark;
    // What the parser yields is not kept: only its stack is asked for.
    for (const _ of parser.next(lexeme));
    if (isMark) continue;

    if (isScalar || !/^(?:[ \t\r\n#]|$)/.test(lexeme)) {
      parts += 1;
      if (parts > limits.parts) {
        const remedy = 'Split it, or move texts into files of their own.';
        report(offset, `the file has more than ${limits.parts} parts`, remedy);
        return;
      }
      if (isScalar && lexeme.length > limits.scalarChars) {
        report(offset, `a text of more than ${limits.scalarChars} characters`, 'Move it into a file of its own.');
      }
      if (!isScalar) reportForbiddenPart(lexeme, offset, report);
      if (parser.stack.filter(({ type }) => collections.has(type)).length > limits.depth) {
        report(offset, `nested more than ${limits.depth} deep`, 'Flatten it; no scenario needs such a depth.');
        return;
      }
    }
    offset += lexeme.length;
  }
}

/** First character of a part that is not allowed -> what it is, and what to do. */
const forbiddenParts: Readonly<Record<string, readonly [noun: string, remedy: string]>> = {
  '%': ['directive', 'Remove the line; quote the text if it is meant as a value.'],
  '&': ['anchor', 'Write the value out; quote it if it is a text.'],
  '*': ['alias', 'Write the value out; quote it if it is a text.'],
  '!': ['tag', 'Remove it; quote the value if it is a text.'],
};

function reportForbiddenPart(lexeme: string, offset: number, report: Report): void {
  const [noun, remedy] = forbiddenParts[lexeme.charAt(0)] ?? [];
  if (noun === undefined || remedy === undefined) return;
  report(offset, `the YAML ${noun} ${clip(lexeme)} is not allowed`, remedy);
}

function clip(lexeme: string): string {
  return JSON.stringify(lexeme.length > 40 ? `${lexeme.slice(0, 40)}…` : lexeme);
}
