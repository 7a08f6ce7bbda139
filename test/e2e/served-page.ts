import type { Page } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { type CommandLine, createCommandLine } from '../real/command-line.ts';
import { openBrowser } from './browser.ts';
import { type ServeProcess, startServe } from './server.ts';

export interface ServedPage {
  readonly kubewright: CommandLine;
  readonly server: ServeProcess;
  readonly page: Page;
}

/**
 * "kubewright serve" with a store of its own and a page in a browser, for all tests of the file that calls this; all of it
 * goes after the last one. What is returned gives them to a test.
 */
export function servedPage(viewport: { readonly width: number; readonly height: number }): () => ServedPage {
  let served: ServedPage | undefined;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const kubewright = await createCommandLine();
    ends.unshift(() => kubewright.end());
    const server = await startServe(kubewright.home);
    ends.unshift(() => server.stop());
    const browser = await openBrowser();
    ends.unshift(() => browser.close());
    served = { kubewright, server, page: await browser.newPage({ viewport }) };
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  return () => {
    if (served === undefined) throw new Error('the page is there when the tests begin');
    return served;
  };
}
