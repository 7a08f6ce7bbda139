import { KubewrightError } from '../domain/errors.ts';
import { stateWords } from '../domain/session.ts';
import type { GoldenUse } from '../providers/provider.ts';
import { type CommandContext, exitCodes } from './command.ts';

export async function start(
  { kubewright, output, signal }: CommandContext,
  scenario: string,
  options: { json?: boolean; scenarios?: string; provider?: string; golden?: boolean },
): Promise<number> {
  const { engine } = kubewright().in(options.scenarios);
  const running = (await engine.sessions()).find(
    (row) => row.scenario === scenario && (row.state === 'ready' || row.state === 'provisioning'),
  );
  if (running !== undefined) {
    throw new KubewrightError('SESSION_EXISTS', `session ${running.id} of ${scenario} is ${stateWords[running.state]}`);
  }
  const session = await engine.start(scenario, { onStep: output.step, signal, golden: goldenUse(options) });
  if (options.json === true) output.json({ session: session.id, ...session });
  else {
    output.say(`The drill is ready. Work in it with:  kubewright shell ${session.id}`);
    output.line(session.id);
  }
  return exitCodes.ok;
}

export async function reset(
  { kubewright, output, signal }: CommandContext,
  session: string,
  options: { json?: boolean; golden?: boolean },
): Promise<number> {
  const { engine } = kubewright();
  const former = await engine.session(session);
  const row = await engine.reset(session, { onStep: output.step, signal, golden: goldenUse(options) });
  if (options.json === true) output.json({ session: row.id, ...row });
  else output.say(`Session ${row.id} is as at the start.`);
  if (row.cluster !== former.cluster) output.say('Taking down the cluster that it had …');
  return exitCodes.ok;
}

/** commander has true for --golden, false for --no-golden, undefined for neither. */
function goldenUse({ golden }: { golden?: boolean }): GoldenUse {
  if (golden === undefined) return 'at-hand';
  return golden ? 'make' : 'never';
}

export async function stop(
  { kubewright, output }: CommandContext,
  session: string,
  options: { json?: boolean },
): Promise<number> {
  await kubewright().engine.stop(session, { onStep: output.step });
  if (options.json === true) output.json({ session, stopped: true });
  else output.say(`Session ${session} is gone; nothing of it is left.`);
  return exitCodes.ok;
}
