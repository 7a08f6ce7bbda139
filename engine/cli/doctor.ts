import {
  createSystemHost,
  firstRun,
  formatFindings,
  formatPlan,
  inspectHost,
  planFix,
  runFix,
  worstState,
} from '../../clusters/host/index.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { createFirstRunDeps, createLabParts } from './lab-parts.ts';

type HostCommand = Pick<CommandContext, 'output' | 'signal'>;

/** Every finding with its remedy; with --fix, what can be done here is done. Exit code 3 when a problem is left. */
export async function doctor(
  { output, signal }: HostCommand,
  options: { all?: boolean; json?: boolean; fix?: boolean },
): Promise<number> {
  const deps = { host: createSystemHost(), lab: createLabParts() };
  let findings = await inspectHost(deps);
  if (options.fix === true) {
    const plan = planFix(findings);
    if (plan.steps.length > 0) {
      await runFix(plan, deps, { onLine: output.say, signal });
      findings = await inspectHost(deps);
    }
    const left = planFix(findings);
    if (left.byHand.length > 0) output.say(formatPlan({ ...left, steps: [] }).trimEnd());
  }
  if (options.json === true) output.json({ ok: worstState(findings) !== 'problem', findings });
  else output.line(formatFindings(findings, { all: options.all === true }).trimEnd());
  return worstState(findings) === 'problem' ? exitCodes.environment : exitCodes.ok;
}

/** What npm start and npm test run before anything else: shows what is missing, asks where it may, installs it. */
export async function prepareHost(
  { output, signal }: HostCommand,
  options: { yes?: boolean; for?: string },
): Promise<number> {
  await firstRun(createFirstRunDeps(output.say), {
    yes: options.yes === true,
    ci: process.env['CI'] === 'true',
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    purpose: options.for === 'tests' ? 'tests' : 'drills',
    signal,
  });
  return exitCodes.ok;
}
