import { z } from 'zod';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** A node, or "student". */
  on: z.string().min(1),
  paths: z.array(z.string().startsWith('/')).min(1),
  /** What it means that one of them is there, for the finding. */
  because: z.string().min(1).max(300),
});

const askWithinMs = 15_000;

export const filesAbsentCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'files-absent',
  summary: 'Files that do not belong on a machine are not there.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const place = spec.on === 'student' ? 'the student host' : spec.on;
    const expected = `no ${listed(spec.paths)} on ${place}`;
    // A dangling link is there, too.
    const script = 'for path; do if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi; done';
    const argv = ['sh', '-c', script, 'sh', ...spec.paths];
    const result = await context.machine(spec.on).exec(argv, { timeoutMs: askWithinMs, user: 'root' });
    if (result.exitCode !== 0) throw commandFailed(result);
    const there = result.stdout.split('\n').filter((path) => path !== '');
    if (there.length > 0) {
      return { result: 'failed', expected, found: `on ${place} there is ${listed(there)}`, meaning: spec.because };
    }
    return {
      result: 'passed',
      expected,
      found: 'so it is',
      meaning: 'Nothing was left there that does not belong there.',
    };
  },
};
