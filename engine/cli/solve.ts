import type { Procedure } from '../drill/procedures.ts';
import { type CommandContext, exitCodes } from './command.ts';

/** Runs the reference procedure, or a wrong one, on the student host; judge it afterwards with check or finish. */
export async function solve(
  { kubewright, output, signal }: CommandContext,
  session: string,
  options: { wrong?: string; json?: boolean },
): Promise<number> {
  const script: Procedure = options.wrong === undefined ? 'solution' : { wrong: options.wrong };
  const { exitCode } = await kubewright().engine.solve(session, {
    script,
    signal,
    onLine: (line) => output.say(`  ${line}`),
  });
  if (options.json === true) output.json({ session, procedure: options.wrong ?? 'solution', exitCode });
  else output.say(`The procedure ended with exit code ${exitCode}. Judge it with:  kubewright check ${session}`);
  return exitCodes.ok;
}
