import type { Verdict } from '../domain/verdict.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { showVerdict } from './output.ts';

export async function check(context: CommandContext, session: string, options: { json?: boolean }): Promise<number> {
  const verdict = await context.kubewright().engine.check(session, watched(context));
  return tell(context, verdict, options);
}

export async function finish(context: CommandContext, session: string, options: { json?: boolean }): Promise<number> {
  const verdict = await context.kubewright().engine.finish(session, watched(context));
  return tell(context, verdict, options);
}

/** What is waited for is said: a verdict may take minutes. */
const watched = ({ output, signal }: CommandContext) => ({
  signal,
  progress: (line: string) => output.say(`… ${line}`),
});

function tell({ output }: CommandContext, verdict: Verdict, options: { json?: boolean }): number {
  if (options.json === true) output.json(verdict);
  else showVerdict(output, verdict);
  if (verdict.operations === 'inconclusive') return exitCodes.inconclusive;
  return verdict.operations === 'passed' ? exitCodes.ok : exitCodes.no;
}
