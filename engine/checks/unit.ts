import { z } from 'zod';
import { readUnit } from '../reading/systemd-unit.ts';
import type { CheckDefinition } from './check.ts';

const schema = z
  .strictObject({
    node: z.string().min(1),
    unit: z.string().min(1),
    active: z.boolean().optional(),
    enabled: z.boolean().optional(),
  })
  .refine((spec) => spec.active !== undefined || spec.enabled !== undefined, {
    message: 'say what is expected of the unit: active, enabled, or both',
  });

export const unitCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'unit',
  summary: 'A systemd unit on a machine is running or not, and starts at boot or not.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted: string[] = [];
    if (spec.active !== undefined) wanted.push(spec.active ? 'active' : 'not active');
    if (spec.enabled !== undefined) wanted.push(spec.enabled ? 'enabled' : 'not enabled');
    const expected = `unit ${spec.unit} on ${spec.node} is ${wanted.join(' and ')}`;
    const machine = context.machine(spec.node);
    if (!(await machine.isRunning())) {
      return {
        result: 'errored',
        expected,
        found: `${spec.node} is switched off and cannot be asked`,
        meaning: 'What systemd would say is not known until the machine is back.',
      };
    }
    const unit = await readUnit(machine, spec.unit);
    const found = `unit ${spec.unit} on ${spec.node} is ${unit.active} and ${unit.file}`;
    if (spec.active !== undefined && spec.active !== (unit.active === 'active')) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: spec.active
          ? `Without ${spec.unit} running, ${spec.node} cannot do its part.`
          : `${spec.unit} is still at work on ${spec.node}.`,
      };
    }
    if (spec.enabled !== undefined && spec.enabled !== (unit.file === 'enabled')) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: spec.enabled
          ? `Nothing starts ${spec.unit} at boot: the repair is undone by the next reboot, at a time nobody chooses.`
          : `${spec.unit} comes back by itself with the next reboot.`,
      };
    }
    return { result: 'passed', expected, found, meaning: 'systemd agrees, now and after the next boot.' };
  },
};
