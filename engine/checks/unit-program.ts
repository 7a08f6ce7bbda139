import { z } from 'zod';
import { readUnitRun } from '../reading/unit-run.ts';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  unit: z.string().min(1),
  /** Path of the program file that its package installs. */
  program: z.string().startsWith('/'),
});

/** What it starts instead is not told: it may be what has to be found. */
export const unitProgramCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'unit-program',
  summary: 'A systemd unit starts the program file that it is meant to start, and no other one in its place.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `unit ${spec.unit} on ${spec.node} starts the program that its package installs`;
    const { program } = await readUnitRun(context.machine(spec.node), spec.unit);
    const found =
      program === '' ? `systemd knows no program of unit ${spec.unit}` : 'systemd has another file loaded for it';
    if (program !== spec.program) {
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          'An upgrade of the package replaces its own file and nothing else: a unit that starts another one keeps its version for ever, or finds no file at all.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `systemd has ${program} loaded for it`,
      meaning: 'An upgrade of the package reaches what runs.',
    };
  },
};
