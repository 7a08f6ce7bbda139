import type { HintBoard } from '../domain/aids.ts';
import { type CommandContext, exitCodes } from './command.ts';

/** Takes the next hint that is offered, one about what the cluster shows now before the next step; or only lists them. */
export async function hint(
  { kubewright, output, signal }: CommandContext,
  session: string,
  options: { list?: boolean; json?: boolean },
): Promise<number> {
  const { engine } = kubewright();
  const board = await engine.hints(session, { signal });
  const offered = board.hints.filter(({ state }) => state === 'offered');
  const next = offered.find(({ because }) => because !== undefined) ?? offered[0];
  const taken = options.list === true || next === undefined ? undefined : next.id;
  const after = taken === undefined ? board : await engine.takeHint(session, taken);
  if (options.json === true)
    output.json({ session, taken: after.hints.find(({ id }) => id === taken) ?? null, ...after });
  else if (options.list === true) show(output, after);
  else {
    const text = after.hints.find(({ id }) => id === taken)?.text;
    output.line(text ?? 'There is no further hint.');
    output.say(sum(after));
  }
  return exitCodes.ok;
}

function show(output: CommandContext['output'], board: HintBoard): void {
  for (const { id, state, text, cost, because } of board.hints) {
    const price = cost === 0 ? 'free' : `costs ${cost}`;
    const reason = because === undefined ? '' : `, because of ${because}`;
    output.line(state === 'taken' ? `${id}  ${text}` : `${id}  (offered, ${price}${reason})`);
  }
  output.line(sum(board));
}

function sum({ spent, more, hints }: HintBoard): string {
  const offered = hints.filter(({ state }) => state === 'offered').length;
  return `Points spent: ${spent}. Hints left: ${more + offered}.`;
}
