import { type ErrorCode, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { guardYaml } from './guard.ts';
import { createPlaceFinder, formatPath, type PathPart, type Place, type Problem } from './problem.ts';

/** A YAML text as plain values, with the place of each. */
export interface ParsedYaml {
  /** Undefined when the text could not be read as YAML. Holds only plain objects, arrays, strings, numbers, booleans, null. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The place of a value; of its nearest parent when there is no such value. */
  readonly locate: (path: readonly PathPart[]) => Place;
  /** The place of a key, for what is wrong with the key itself. */
  readonly locateKey: (path: readonly PathPart[]) => Place;
}

/** Keys that reach an object's prototype when a parsed value is merged into another object. */
const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype']);

const yamlRemedies: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  DUPLICATE_KEY: 'Keep one of the two.',
  MULTIPLE_DOCS: 'Keep one document in the file; remove the "---" or "..." and what follows it.',
  BAD_INDENT: 'Give the line the same indentation as its neighbours.',
  MISSING_CHAR: 'Add the missing character; quote the text if it contains ": " or " #".',
  BLOCK_AS_IMPLICIT_KEY: 'Put the nested mapping on a line of its own, or quote the text if it contains ": ".',
  MULTILINE_IMPLICIT_KEY: 'Look for a missing ":" on this line or a wrong indentation.',
  BAD_SCALAR_START: 'Quote the text.',
  BAD_DQ_ESCAPE: 'Use single quotes, or double the backslash.',
};

/** Reads one YAML 1.2 document behind the guard. Never throws for any text. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const placeOf = createPlaceFinder(text);
  const start = (): Place => ({ line: 1, column: 1 });
  const guarded = guardYaml(text, file);
  if (guarded.length > 0) return { value: undefined, problems: guarded, locate: start, locateKey: start };

  const document = parseDocument(text, {
    version: '1.2',
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    // With "silent" a second document would be dropped without a word.
    logLevel: 'error',
  });
  // After the first error of syntax the parser guesses, and accuses line after line of what is well.
  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  const told = broken === undefined ? [...document.errors, ...document.warnings] : [broken];
  const problems: Problem[] = told.map((error) => ({
    file,
    ...placeOf(error.pos[0]),
    path: '',
    message: wordsOf(error.code, error.message, text.slice(error.pos[0], error.pos[0] + 60)),
    remedy: text.startsWith('${', error.pos[0] - 1)
      ? 'Quote the text: within { } and [ ] a brace ends it.'
      : (yamlRemedies[error.code] ?? 'Mend the line; an editor with YAML support shows the place.'),
  }));
  const root: Node | null = document.contents;
  const walk: Walk = { file, placeOf, problems };
  if (broken === undefined && (root === null || (isScalar(root) && root.value === null))) {
    problems.push({
      file,
      ...start(),
      path: '',
      message: 'the file is empty',
      remedy: 'Begin with "apiVersion: kubewright/v1".',
    });
    return { value: undefined, problems, locate: start, locateKey: start };
  }
  return {
    // Undefined behind an error of syntax: what the structure would be accused of is guesswork.
    value: broken === undefined ? toPlain(root, [], walk) : undefined,
    problems,
    locate: (path) => placeOf(offsetOf(findNode(root, path))),
    locateKey: (path) => {
      const parent = findNode(root, path.slice(0, -1));
      const key = isMap(parent) ? findPair(parent, path.at(-1))?.key : undefined;
      return placeOf(offsetOf(isScalar(key) ? key : findNode(root, path)));
    },
  };
}

interface Walk {
  readonly file: string;
  readonly placeOf: (offset: number) => Place;
  readonly problems: Problem[];
}

/** Recursion is safe here: the guard has bounded the depth. */
function toPlain(node: unknown, path: readonly PathPart[], walk: Walk): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item, index) => toPlain(item, [...path, index], walk));
  if (!isMap(node)) return null;
  const entries: [string, unknown][] = [];
  for (const pair of node.items) {
    const key = keyOf(pair);
    if (key === undefined || prototypeKeys.has(key)) {
      const at = isScalar(pair.key) || isMap(pair.key) || isSeq(pair.key) ? pair.key : node;
      walk.problems.push({
        file: walk.file,
        ...walk.placeOf(offsetOf(at)),
        path: formatPath(path),
        message: key === undefined ? 'a key that is not a text' : `the key "${key}" is not allowed`,
        remedy: key === undefined ? 'Quote the key.' : 'Remove it.',
      });
      continue;
    }
    entries.push([key, toPlain(pair.value, [...path, key], walk)]);
  }
  return Object.fromEntries(entries);
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
}

function findPair(map: YAMLMap, key: PathPart | undefined): Pair | undefined {
  return map.items.find((pair) => keyOf(pair) === key && key !== undefined);
}

/** The node at a path, or the deepest one on the way to it. */
function findNode(root: Node | null, path: readonly PathPart[]): unknown {
  let node: unknown = root;
  for (const part of path) {
    const next = isMap(node) ? findPair(node, part)?.value : isSeq(node) ? node.items[Number(part)] : undefined;
    if (next === undefined || next === null) return node;
    node = next;
  }
  return node;
}

function offsetOf(node: unknown): number {
  return (isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined) ?? 0;
}

function wordsOf(code: ErrorCode, message: string, textThere: string): string {
  if (code === 'DUPLICATE_KEY') return `the key ${/^[^:\s]*/.exec(textThere)?.[0] ?? ''} stands here a second time`;
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here';
  return `not well-formed YAML: ${lowerFirst(message)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
