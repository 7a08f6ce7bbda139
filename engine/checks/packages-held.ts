import { z } from 'zod';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  packages: z.array(z.string().min(1)).min(1),
});

const askWithinMs = 15_000;

export const packagesHeldCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'packages-held',
  summary: 'Packages of a machine are held, so that apt replaces them only when somebody asks for it.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `apt on ${spec.node} holds ${listed(spec.packages)}`;
    const result = await context.machine(spec.node).exec(['apt-mark', 'showhold'], { timeoutMs: askWithinMs });
    if (result.exitCode !== 0) throw commandFailed(result);
    const held = new Set(result.stdout.split('\n').map((line) => line.trim()));
    const free = spec.packages.filter((name) => !held.has(name));
    if (free.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `not held on ${spec.node}: ${listed(free)}`,
        meaning:
          'The next "apt upgrade" of anybody, or of the machine itself, replaces them: at a time and in an order that nobody chose.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'all of them are held',
      meaning: 'They change only when somebody means it.',
    };
  },
};
