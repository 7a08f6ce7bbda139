import type { z } from 'zod';
import type { ParsedYaml } from './document.ts';
import { formatPath, nearest, type PathPart, type Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Between what is wrong and its remedy in the error texts of a schema. */
const separator = ' — ';

/** An error text of a schema that brings its own remedy. */
export function said(message: string, remedy: string): string {
  return `${message}${separator}${remedy}`;
}

/**
 * zod's error map for all schemas of scenario files: the text of an "unrecognized_keys" issue becomes the list of the
 * keys that are known there (translateIssues makes the sentence), a missing value is named as such.
 */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const definition: unknown = issue.inst !== undefined && '_zod' in issue.inst ? issue.inst._zod.def : undefined;
    return Object.keys(shapeOf(definition)).join(', ');
  }
  if (issue.code === 'invalid_type') return `must be ${articled(issue.expected)}, found ${describe(issue.input)}`;
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map((value) => JSON.stringify(value)).join(', ');
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${allowed}, found ${describe(issue.input)}`;
  }
  return undefined;
}

/** What zod found, as problems with a place and a remedy. */
export function translateIssues(issues: readonly Issue[], parsed: ParsedYaml, file: string): Problem[] {
  return issues.flatMap((issue) => translate(issue, [], parsed, file));
}

function translate(issue: Issue, prefix: readonly PathPart[], parsed: ParsedYaml, file: string): Problem[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(', ').filter((key) => key !== '');
    return issue.keys.map((key) => {
      const near = nearest(key, known, 1)[0];
      return {
        file,
        ...parsed.locateKey([...path, key]),
        path: formatPath([...path, key]),
        message: `unknown key "${clip(key)}"; known here: ${known.length === 0 ? 'none' : known.join(', ')}`,
        remedy: near === undefined ? 'Remove it.' : `Remove it, or did you mean "${near}"?`,
      };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of several allowed forms the one that fits best is the one that was meant.
    const closest = issue.errors.reduce((best, branch) => (branch.length < best.length ? branch : best));
    return closest.flatMap((inner) => translate(inner, path, parsed, file));
  }
  const key = path.at(-1);
  if (key !== undefined && valueAt(parsed.value, path) === undefined && issue.code !== 'custom') {
    return [
      {
        file,
        ...parsed.locate(path.slice(0, -1)),
        path: formatPath(path),
        message: `"${key}" is missing`,
        remedy: `Add "${key}"; it ${split(withoutFound(issue.message)).message}.`,
      },
    ];
  }
  const { message, remedy } = split(issue.message);
  const named = key === undefined ? `the file ${message}` : `"${formatPath(path.slice(-1))}" ${message}`;
  return [
    {
      file,
      ...parsed.locate(path),
      path: formatPath(path),
      message: issue.code === 'custom' ? message : named,
      remedy,
    },
  ];
}

function split(text: string): { message: string; remedy: string } {
  const at = text.indexOf(separator);
  if (at === -1) {
    return {
      message: text.replace(/^(Invalid input|Invalid string): /, '').replace(/^Too /, 'is too '),
      remedy: 'Correct the value; "kubewright schema" prints what is allowed.',
    };
  }
  return { message: text.slice(0, at), remedy: text.slice(at + separator.length) };
}

function withoutFound(text: string): string {
  return text.replace(/, found .*$/s, '');
}

function valueAt(value: unknown, path: readonly PathPart[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      at !== null && typeof at === 'object' && Object.hasOwn(at, part)
        ? (at as Record<PathPart, unknown>)[part]
        : undefined,
    value,
  );
}

function shapeOf(definition: unknown): object {
  const shape: unknown =
    definition !== null && typeof definition === 'object' && 'shape' in definition ? definition.shape : undefined;
  return shape !== null && typeof shape === 'object' ? shape : {};
}

const words: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  record: 'a mapping',
};

function articled(expected: string): string {
  return words[expected] ?? expected;
}

function describe(input: unknown): string {
  if (input === undefined || input === null) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a mapping';
  if (typeof input === 'string') return JSON.stringify(clip(input));
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : typeof input;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
