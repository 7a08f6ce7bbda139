import { z } from 'zod';
import { readUnit } from '../reading/systemd-unit.ts';
import { commandFailed } from '../system/exec.ts';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  unit: z.string().min(1),
  /** Words of the unit that make it do harm: without them it may be started at boot. */
  without: z.string().min(1),
});

const askWithinMs = 15_000;

/** The words that are looked for are never shown: they are what has to be found. */
export const unitAtBootCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'unit-at-boot',
  summary: 'A systemd unit is not started at boot, or no longer does there what it did.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `nothing on ${spec.node} brings the fault back at the next boot`;
    const machine = context.machine(spec.node);
    const unit = await readUnit(machine, spec.unit);
    const atBoot = unit.file === 'enabled' || unit.file === 'enabled-runtime' || unit.file === 'static';
    if (!atBoot) {
      return {
        result: 'passed',
        expected,
        found: `the unit that did so is ${unit.file}`,
        meaning: 'The repair outlives a reboot.',
      };
    }
    const text = await machine.exec(['systemctl', 'cat', spec.unit], { timeoutMs: askWithinMs });
    if (text.exitCode !== 0) throw commandFailed(text);
    const harmful = text.stdout
      .split('\n')
      .some((line) => !line.trimStart().startsWith('#') && line.includes(spec.without));
    if (harmful) {
      return {
        result: 'failed',
        expected,
        found: `something on ${spec.node} is started at boot and does it again`,
        meaning: 'The repair is undone by the next reboot, at a time nobody chooses, and the next shift begins anew.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'the unit that did so is started at boot and does it no more',
      meaning: 'The repair outlives a reboot.',
    };
  },
};
