import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMap, isPair, isSeq, parseDocument } from 'yaml';
import { parseYaml } from '../../../engine/scenario/document.ts';
import { guardYaml, limits } from '../../../engine/scenario/guard.ts';
import { hostileText, lines } from './hostile.ts';

const nestings: Readonly<Record<string, (depth: number) => string>> = {
  'flow sequences': (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`,
  'unclosed flow sequences': (depth) => '['.repeat(depth),
  'flow maps': (depth) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`,
  'flow maps in flow sequences': (depth) => '[{a: '.repeat(depth / 2),
  'block sequences': (depth) => lines(depth, (index) => `${' '.repeat(index)}-`),
  'block maps': (depth) => lines(depth, (index) => `${' '.repeat(index)}a:`),
  'compact sequences': (depth) => `${'- '.repeat(depth)}a`,
  'compact sequences with tabs': (depth) => `${'-\t'.repeat(depth)}a`,
  'explicit keys': (depth) => `${'? '.repeat(depth)}a`,
  'empty keys': (depth) => `${': '.repeat(depth)}a`,
  'maps in one line': (depth) => 'a: '.repeat(depth),
  'sequences behind a key': (depth) => `a: ${'- '.repeat(depth)}b`,
  'maps in one line on every line': (depth) => lines(depth, (index) => `${' '.repeat(index % 8)}a: b:`),
  'keys in one line in a flow map': (depth) => `{${'a: '.repeat(depth)}`,
  'tabs behind indicators in a flow sequence': (depth) => `[ ${'-\t? '.repeat(depth / 2)}`,
  'block texts without lines': (depth) => lines(depth, (index) => `${' '.repeat(index)}-\t|\n#c\n`),
  'keys of several lines': (depth) => lines(depth, (index) => `${' '.repeat(index % 8)}]: [`),
};

describe('a text nested too deep', () => {
  // reliability.md, finding 1: on Node 20 and 22 the second such text of a process aborts it, whatever is caught.
  for (const [name, nest] of Object.entries(nestings)) {
    test(`is refused before the parser sees it: ${name}, 4 depths, 10 times in one process`, () => {
      for (let round = 0; round < 10; round += 1) {
        for (const depth of [700, 900, 2_000, 20_000]) {
          const [problem] = parseYaml(nest(depth), 'scenario.yaml').problems;
          expect(problem).toMatchObject({
            file: 'scenario.yaml',
            line: expect.any(Number),
            column: expect.any(Number),
          });
        }
      }
      expect(parseYaml('a: 1', 'scenario.yaml')).toMatchObject({ value: { a: 1 }, problems: [] });
    });
  }

  test('is refused from the first level beyond the limit on', () => {
    const nest = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(guardYaml(`a: ${nest(limits.depth - 1)}`, 'f')).toEqual([]);
    expect(guardYaml(`a: ${nest(limits.depth)}`, 'f')).toHaveLength(1);
    const stairs = (depth: number): string =>
      Array.from({ length: depth }, (_, index) => `${' '.repeat(index)}a:`).join('\n');
    expect(guardYaml(stairs(limits.depth), 'f')).toEqual([]);
    expect(guardYaml(stairs(limits.depth + 1), 'f')).toMatchObject([
      { line: limits.depth + 1, column: limits.depth + 2 },
    ]);
  });

  test('does not count collections that are closed', () => {
    expect(guardYaml(`a:\n${'  - [[[x]]]\n'.repeat(200)}b:\n  c:\n    - d: {e: f}\n`, 'f')).toEqual([]);
  });
});

describe('a text beyond the limits', () => {
  test.each([
    ['bytes', `# ${'é'.repeat(limits.bytes / 2)}`, 'bytes'],
    ['lines', '\n'.repeat(limits.lines + 1), 'lines'],
    ['a long plain text', `a: ${'x'.repeat(limits.scalarChars + 1)}`, 'characters'],
    ['a long quoted text', `a: "${'x'.repeat(limits.scalarChars)}"`, 'characters'],
    ['a long block text', `a: |\n${'  xxxxxxxxxxxxxxxxx\n'.repeat(500)}`, 'characters'],
    ['keys, which the parser compares with each other', `{${'a,'.repeat(limits.parts)}}`, 'parts'],
  ])('is refused: %s', (_, text, words) => {
    expect(guardYaml(text, 'f').map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  test('names every anchor, alias, tag and directive', () => {
    const problems = guardYaml('%YAML 1.1\n---\na: &x 1\nb: *x\nc: !!binary abc\n', 'f');
    expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '1:1 the YAML directive "%YAML 1.1" is not allowed',
      '3:4 the YAML anchor "&x" is not allowed',
      '4:4 the YAML alias "*x" is not allowed',
      '5:4 the YAML tag "!!binary" is not allowed',
    ]);
  });

  test('may hold these characters in texts', () => {
    expect(
      guardYaml('a: "&x *y !z %YAML"\nb: |\n  &x\n  *y\n  - - - - x\n  \t[[[[\nc: a & b * c ! d % e\n', 'f'),
    ).toEqual([]);
  });
});

test('any text is refused with a place, or parsed to a bounded depth', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const problems = guardYaml(text, 'f');
      const count = text.split('\n').length;
      const misplaced = problems.filter(({ line, column }) => line < 1 || line > count || column < 1);
      expect(misplaced).toEqual([]);
      if (problems.length > 0) return;
      const document = parseDocument(text, { version: '1.2', prettyErrors: false });
      // A flow sequence may hold a pair without braces, which is a map of its own; the last level may hold a scalar.
      expect(depthOf(document.contents)).toBeLessThanOrEqual(2 * limits.depth + 1);
      expect(() => parseYaml(text, 'f')).not.toThrow();
    }),
    { numRuns: 1_000 },
  );
});

/** Iterative: a test of depth must not be the one that overflows. */
function depthOf(root: unknown): number {
  let deepest = 0;
  const waiting: [unknown, number][] = [[root, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    const inner = isMap(node) || isSeq(node) ? node.items : isPair(node) ? [node.key, node.value] : [];
    for (const item of inner) waiting.push([item, isPair(item) && isMap(node) ? depth : depth + 1]);
  }
  return deepest;
}
