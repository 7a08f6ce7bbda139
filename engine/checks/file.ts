import { z } from 'zod';
import type { CheckDefinition } from './check.ts';

const schema = z
  .strictObject({
    /** A node, or "student". */
    on: z.string().min(1),
    path: z.string().startsWith('/'),
    contains: z.string().min(1).optional(),
    /** The whole text; a newline at the end of either is not looked at. */
    equals: z.string().optional(),
  })
  .refine((spec) => spec.contains === undefined || spec.equals === undefined, {
    message: 'say either contains or equals',
  });

/**
 * The text that is looked for is never shown: it is often what the learner has to save, and must not be copied from a
 * finding.
 */
export const fileCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'file',
  summary: 'A file is there, and contains or equals a text.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const place = `${spec.path} on ${spec.on === 'student' ? 'the student host' : spec.on}`;
    const what =
      spec.contains === undefined && spec.equals === undefined ? '' : ' with the content that was to be there';
    const expected = `a file ${place}${what}`;
    const text = await context.machine(spec.on).read(spec.path);
    if (text === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no file ${place}`,
        meaning: 'What nobody saved cannot be brought back.',
      };
    }
    const size = `${place} has ${Buffer.byteLength(text)} bytes`;
    const matches =
      (spec.contains === undefined || text.includes(spec.contains)) &&
      (spec.equals === undefined || withoutLastNewline(text) === withoutLastNewline(spec.equals));
    if (!matches) {
      return {
        result: 'failed',
        expected,
        found: `${size}, but not the content that was to be there`,
        meaning:
          text.trim() === '' ? 'An empty file is no copy.' : 'A file of the right name is not yet the right file.',
      };
    }
    return { result: 'passed', expected, found: size, meaning: 'The content is where it was to be.' };
  },
};

function withoutLastNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
