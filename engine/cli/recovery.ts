import { isKubewrightError } from '../domain/errors.ts';
import type { CommandContext } from './command.ts';

/**
 * Puts in order what a killed process left half done, before a command works with sessions; says what it does.
 * @param look asks the engine about sessions that nobody is working on, too
 */
export async function putInOrder(
  { kubewright, output }: Pick<CommandContext, 'kubewright' | 'output'>,
  { look }: { readonly look: boolean },
): Promise<void> {
  try {
    const { open, unknown } = await kubewright().recover({
      look,
      onSession: (session, why) => output.say(`taking down session ${session}: ${why}`),
    });
    for (const { session, reason } of open) output.say(`session ${session} cannot be put in order now: ${reason}`);
    if (unknown.length > 0) {
      output.say(`On the engine and not in the store: ${unknown.join(', ')}. "kubewright clean" removes them.`);
    }
  } catch (error) {
    // Without an engine nothing can be said of any session; what needs one will say so itself.
    if (isKubewrightError(error) && (error.code === 'ENGINE_UNREACHABLE' || error.code === 'TOOL_MISSING')) return;
    throw error;
  }
}
