import { toast } from './dialog.ts';

/** Puts a text on the clipboard; says so, and answers false, when the browser does not let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ message: 'The browser does not let this page copy.', remedy: 'Select the text and copy it by hand.' });
    return false;
  }
}
