import { type Browser, type BrowserContext, chromium } from 'playwright';
import { chromiumArguments, createSystemHost, findChromium } from '../../clusters/host/index.ts';

/** The machine's Chromium, as the doctor finds it. */
export async function openBrowser(): Promise<Browser> {
  const found = await findChromium(createSystemHost());
  if (found === undefined) throw new Error('no Chromium was found: run "npm test", which installs one');
  return chromium.launch({ executablePath: found.path, args: [...chromiumArguments(found)] });
}

/** Uses up the token of the address that the server printed: what other windows of the same user share. */
export async function signIn(
  browser: Browser,
  address: string,
): Promise<Awaited<ReturnType<BrowserContext['storageState']>>> {
  const page = await browser.newPage();
  await page.goto(address);
  const state = await page.context().storageState();
  await page.close();
  return state;
}
