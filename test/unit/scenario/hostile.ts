import fc from 'fast-check';
import { baseText } from './small-scenario.ts';

/** At most 350 lines: the limits of a file would refuse the text before the nesting is looked at. */
export function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: Math.min(count, 350) }, (_, index) => line(index)).join('\n');
}

const pieces = fc.constantFrom(
  '- ',
  '? ',
  ': ',
  'a',
  ' ',
  '  ',
  '\n',
  '\n ',
  '\n    ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"x"',
  "'",
  '"',
  '#c\n',
  '|\n',
  '>\n ',
  '---\n',
  '...\n',
  '!t ',
  '&a ',
  '*a',
  'a: ',
  'b:\n',
  'a: b: ',
  '\t',
  '-\t',
  '\r\n',
  '[\n]: ',
  '%',
  '\u001f',
  '\u0002',
  '\ud800',
  '\ufeff',
  '${X}',
);
/** Texts that a YAML parser may choke on: bytes, pieces of its syntax, and many repetitions of few of them. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(pieces, { maxLength: 80 }).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.array(pieces, { maxLength: 6 }),
      fc.array(pieces, { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 1, max: 500 }),
    )
    .map(([head, parts, count]) => head.join('') + parts.join('').repeat(count)),
  // Stairs: the same pieces on lines indented ever deeper.
  fc
    .tuple(fc.array(pieces, { minLength: 1, maxLength: 7 }), fc.integer({ min: 1, max: 200 }))
    .map(([parts, count]) => lines(count, (index) => `${' '.repeat(index)}${parts.join('')}`)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

/** Values that do not belong where they are put. */
const odd = fc.oneof(
  fc.constantFrom(
    ...['~', 'null', 'true', '[]', '{}', '""', '0', '-1', '1e999', '.nan', '0x7fffffffffffffff', '9007199254740993'],
    ...['__proto__', 'constructor', '{ __proto__: { polluted: yes } }', '{ "constructor": 1 }', '[[[[[]]]]]'],
    ...[
      '"../../etc/passwd"',
      '/dev/zero',
      '"a\\0b"',
      '"\\u001b]52;c;eA==\\u0007"',
      '"$(reboot)"',
      "'; rm -rf /; '",
      '-rf',
      '--',
    ],
    ...['"\\ud800"', '1.34', '2026-01-01', '010', '1:30', 'no', '!!js/function x', '&a x', '*a', '<<: *a'],
    ...['"${WORKER_1}"', '"${X}"', '"${"', '${__proto__}', `"${'a'.repeat(9_000)}"`, `[${'a,'.repeat(1_000)}]`],
  ),
  fc.string({ maxLength: 40 }).map((text) => JSON.stringify(text)),
  fc.double().map(String),
);

const baseLines = baseText.split('\n');
const place = fc.nat({ max: baseLines.length - 1 });

/** A proper scenario file with some of its lines changed, doubled, moved or left out, or values put where others were. */
const hostileScenario: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('value' as const), at: place, text: odd }),
      fc.record({ kind: fc.constant('line' as const), at: place, text: hostileText }),
      fc.record({ kind: fc.constant('double' as const), at: place, text: fc.constant('') }),
      fc.record({ kind: fc.constant('drop' as const), at: place, text: fc.constant('') }),
      fc.record({ kind: fc.constant('deeper' as const), at: place, text: fc.constant('') }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => {
    const changed = [...baseLines];
    for (const { kind, at, text } of changes) {
      const line = changed[at] ?? '';
      if (kind === 'value') changed[at] = line.includes(':') ? `${line.slice(0, line.indexOf(':'))}: ${text}` : text;
      else if (kind === 'line') changed[at] = text;
      else if (kind === 'double') changed[at] = `${line}\n${line}`;
      else if (kind === 'drop') changed.splice(at, 1);
      else changed[at] = `  ${line}`;
    }
    return changed.join('\n');
  });

/** Half of one, half of the other. */
export const hostileFile: fc.Arbitrary<string> = fc.oneof(hostileText, hostileScenario);
