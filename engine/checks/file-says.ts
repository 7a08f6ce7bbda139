import { z } from 'zod';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const statement = z.strictObject({
  /** What the line is about, for the finding; the words themselves are never shown. */
  about: z.string().min(1).max(100),
  /** Literal words, in this order on one line; others may stand between them. */
  words: z.array(z.string().min(1).max(60)).min(1).max(12),
});

const schema = z.strictObject({
  /** A node, or "student". */
  on: z.string().min(1),
  path: z.string().startsWith('/'),
  says: z.array(statement).min(1).max(20),
});
type Spec = z.infer<typeof schema>;

/** A report is short: whoever copies a whole log into it has reported nothing. */
const mostBytes = 64 * 1024;

export const fileSaysCheck: CheckDefinition<Spec> = {
  kind: 'file-says',
  summary:
    'A text file on a machine states facts: for each of them some line holds the words it takes, in their order.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const place = `${spec.path} on ${spec.on === 'student' ? 'the student host' : spec.on}`;
    const expected = `${place} says right: ${listed(
      spec.says.map(({ about }) => about),
      spec.says.length,
    )}`;
    const text = await context.machine(spec.on).read(spec.path);
    if (text === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no file ${place}`,
        meaning: 'Those who decide by this report have nothing to decide by.',
      };
    }
    const bytes = Buffer.byteLength(text);
    if (bytes > mostBytes) {
      return {
        result: 'failed',
        expected,
        found: `${place} has ${bytes} bytes, more than the ${mostBytes} that are read of a report`,
        meaning: 'A report says what matters and nothing else; nobody finds a fact in a log of that length.',
      };
    }
    const missing = missingStatements(text, spec.says);
    if (missing.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `${place} does not say, or not rightly: ${listed(missing, missing.length)}`,
        meaning: 'Whoever plans by this report plans for another cluster.',
      };
    }
    return { result: 'passed', expected, found: `${place} says all of it`, meaning: 'Others can rely on the report.' };
  },
};

/**
 * The statements that no line makes, by what they are about. Words are compared whole and without regard to capitals; a
 * "v" before a version makes no difference.
 */
export function missingStatements(text: string, statements: readonly z.infer<typeof statement>[]): string[] {
  const lines = text.split('\n').map(wordsOf);
  return statements
    .filter(({ words }) => {
      const wanted = words.flatMap(wordsOf);
      return !lines.some((line) => holdsInOrder(line, wanted));
    })
    .map(({ about }) => about);
}

/** Letters, digits and what joins them ("3.6.6-0", "kube-proxy"): everything else parts words. Linear in the text's length. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9]+(?:[._-]+[a-z0-9]+)*/g) ?? []).map((word) => word.replace(/^v(?=\d)/, ''));
}

function holdsInOrder(line: readonly string[], wanted: readonly string[]): boolean {
  let from = 0;
  return wanted.every((word) => {
    const found = line.indexOf(word, from);
    from = found + 1;
    return found >= 0;
  });
}
