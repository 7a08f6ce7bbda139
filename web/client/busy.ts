import { wordsOf } from './api.ts';
import { toast } from './dialog.ts';

/** Shows on the button that its work is under way, and tells what came between; afterwards it can be pressed again. */
export async function whileBusy(
  pressed: HTMLButtonElement,
  busyLabel: string,
  work: () => Promise<void>,
): Promise<void> {
  const label = pressed.textContent;
  pressed.disabled = true;
  pressed.textContent = busyLabel;
  pressed.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    toast(wordsOf(error));
  }
  pressed.disabled = false;
  pressed.textContent = label;
  pressed.removeAttribute('aria-busy');
}
