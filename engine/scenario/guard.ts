import { Lexer } from 'yaml';
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
const documentMark = '\u0002';
const flowEndMark = '\u0018';
const scalarMark = '\u001f';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/u;
const loneSurrogate = /\p{Surrogate}/u;
const bareCarriageReturn = /\r(?!\n)/;

/**
 * Looks at a YAML text before the parser sees it and says what the parser must not be given. Deep nesting makes
 * the parser overflow the stack, which aborts the whole process on Node 20 and 22 and cannot be caught; so this walks
 * the lexer's tokens (an iterative generator) in one loop and never recurses. Never throws for any text.
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

/**
 * Follows the indentation as yaml's parser does (parser.js, next()): leading spaces and the indicators "-", "?", ":"
 * at the beginning of a line add to it, and a collection stays open as long as lines are indented deeper. What could
 * nest without adding to the indentation ("a: b: c", "a: - b", keys over several lines) is wrong in YAML anyway, but
 * the parser builds it before it complains; such a line is refused here.
 */
function reportStructure(text: string, report: Report): void {
  /** Indentations of the block nodes that are open. */
  const open: number[] = [];
  let flow = 0;
  let indent = 0;
  /** Nothing but spaces and indicators have been seen on the line. */
  let atLineStart = true;
  /** Why nothing on the line may be a key any more: it has one, or its text began on an earlier line. */
  let noMoreKeys: 'has one' | 'several lines' | undefined;
  let indicatorSeen = false;
  /** Where a tab stands in the indentation of the line. */
  let tab: number | undefined;
  let scalarIsNext = false;
  let blockScalarIsNext = false;
  let offset = 0;
  let parts = 0;

  const beginLine = (): void => {
    indent = 0;
    atLineStart = true;
    noMoreKeys = undefined;
    indicatorSeen = false;
    tab = undefined;
  };

  for (const lexeme of new Lexer().lex(text)) {
    if (!scalarIsNext) {
      if (lexeme === scalarMark) {
        scalarIsNext = true;
        continue;
      }
      if (lexeme === documentMark) continue;
      if (lexeme === flowEndMark) {
        const remedy = 'Close it, or indent its lines deeper than the line that opens it.';
        report(offset, 'the "[" or "{" opened above is not closed before this line', remedy);
        return;
      }
    }
    const first = lexeme.charAt(0);
    const isScalar = scalarIsNext || first === '"' || first === "'";
    const isNewline = !isScalar && (lexeme === '\n' || lexeme === '\r\n' || lexeme === '');
    const isSpace = !isScalar && (first === ' ' || first === '\t');
    scalarIsNext = false;

    if (isNewline) {
      if (flow === 0) beginLine();
      else noMoreKeys = 'several lines';
    } else if (isSpace) {
      if (flow === 0 && atLineStart) {
        if (first === ' ') indent += lexeme.length;
        // Behind an indicator a tab is allowed, but the parser does not count it as indentation.
        else if (!indicatorSeen) tab ??= offset;
      }
    } else if (isScalar || first !== '#') {
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

      const isIndicator = !isScalar && (lexeme === '-' || lexeme === '?' || lexeme === ':');
      const closes = !isScalar && (lexeme === ']' || lexeme === '}');
      if (flow === 0) {
        if (tab !== undefined) {
          report(tab, 'the line is indented with a tab', 'Indent with spaces.');
          return;
        }
        if (closes || (isIndicator && !atLineStart && !(lexeme === ':' && noMoreKeys === undefined))) {
          if (lexeme === ':' && noMoreKeys === 'several lines') {
            const remedy = 'Give the line the same indentation as its neighbours, or quote the text.';
            report(offset, 'not well-formed YAML: the key before this ":" spans several lines', remedy);
          } else {
            const remedy = 'Put what is nested on lines of its own, or quote the text.';
            report(offset, `not well-formed YAML: "${lexeme}" cannot stand here`, remedy);
          }
          return;
        }
        if (atLineStart) {
          while ((open.at(-1) ?? -1) >= indent) open.pop();
          open.push(indent);
        }
        if (isIndicator && atLineStart) {
          indent += 1;
          indicatorSeen = true;
        } else atLineStart = false;
        if (isScalar && lexeme.includes('\n')) noMoreKeys = 'several lines';
        else if (!isScalar && lexeme === ':' && !atLineStart) noMoreKeys = 'has one';
      }
      if (!isScalar && (lexeme === '[' || lexeme === '{')) flow += 1;
      else if (closes) flow -= 1;
      // The innermost open node may be a scalar, which is no collection: hence one more is allowed.
      if (open.length + flow > limits.depth + 1) {
        report(offset, `nested more than ${limits.depth} deep`, 'Flatten it; no scenario needs such a depth.');
        return;
      }
      if (isScalar && blockScalarIsNext) beginLine();
      blockScalarIsNext = !isScalar && (first === '|' || first === '>');
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
