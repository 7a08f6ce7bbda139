import { z } from 'zod';
import { readUnitRun } from '../reading/unit-run.ts';
import type { CheckDefinition } from './check.ts';
import { seconds } from './record.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  unit: z.string().min(1),
  /** It has run for at least this long without a restart: a service that fails at its start looks well for a second. */
  forSeconds: z.int().min(1).max(60),
});

export const unitSettledCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'unit-settled',
  summary: 'A systemd unit runs and has not been started anew for a while, from the files that are on disk.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `unit ${spec.unit} on ${spec.node} has run for ${spec.forSeconds} s without a restart, from its files as they are on disk`;
    const machine = context.machine(spec.node);
    if (!(await machine.isRunning())) {
      return {
        result: 'errored',
        expected,
        found: `${spec.node} is switched off and cannot be asked`,
        meaning: 'What systemd would say is not known until the machine is back.',
      };
    }
    const run = await readUnitRun(machine, spec.unit);
    const again = run.restarts === 0 ? '' : `, started anew by systemd ${run.restarts} times`;
    const files = run.needsReload ? '; its files on disk have changed since systemd read them' : '';
    if (run.active !== 'active') {
      return {
        result: 'failed',
        expected,
        found: `unit ${spec.unit} on ${spec.node} is ${run.active} (${run.sub})${again}${files}`,
        meaning:
          run.restarts === 0
            ? `${spec.unit} does not run. Its journal on the machine says why.`
            : `${spec.unit} ends soon after every start. systemd goes on trying and cannot mend the reason, which is in its journal on the machine.`,
      };
    }
    const found = `unit ${spec.unit} on ${spec.node} has been active for ${seconds(run.activeForMs)}${again}${files}`;
    if (run.activeForMs < spec.forSeconds * 1000) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: 'So young a service may still end as its predecessors did: a start is not yet a repair.',
      };
    }
    if (run.needsReload) {
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          'What runs was started from an older text of the unit. The next start, at a reboot perhaps, takes another one, and nobody has seen that one work.',
      };
    }
    return { result: 'passed', expected, found, meaning: 'It stays up, and would come up like this again.' };
  },
};
