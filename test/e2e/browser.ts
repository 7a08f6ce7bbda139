import { type Browser, chromium } from 'playwright';
import { chromiumArguments, createSystemHost, findChromium } from '../../clusters/host/index.ts';

/** The machine's Chromium, as the doctor finds it. */
export async function openBrowser(): Promise<Browser> {
  const found = await findChromium(createSystemHost());
  if (found === undefined) throw new Error('no Chromium was found: run "npm test", which installs one');
  return chromium.launch({ executablePath: found.path, args: [...chromiumArguments(found)] });
}
