import { join } from 'node:path';
import { compose } from '../../engine/compose.ts';
import { silentLog } from '../../engine/system/log.ts';
import { createServer } from '../../web/server/index.ts';
import { openBrowser, signIn } from '../e2e/browser.ts';
import { checkout } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';

const visitsPerRound = 10;

export const firstPage: Bench = {
  name: 'first-page',
  about:
    'from the address typed to a catalogue in which a drill can be started, in a browser with nothing in its cache',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, exams, records, pool } = compose();
    const clientFolder = join(checkout, 'web', 'client', 'dist');
    const server = await createServer({ ...{ engine, exams, records, pool }, port: 0, log: silentLog, clientFolder });
    const browser = await openBrowser();
    try {
      const storageState = await signIn(browser, server.url);
      const visits: number[] = [];
      for (const round of turns()) {
        for (let visit = 0; visit < visitsPerRound; visit += 1) {
          signal.throwIfAborted();
          const context = await browser.newContext({ storageState });
          const page = await context.newPage();
          const startedAt = performance.now();
          await page.goto(new URL(server.url).origin, { waitUntil: 'commit' });
          await page.locator('button[data-testid^="start-"]:enabled').first().waitFor();
          visits.push(performance.now() - startedAt);
          await context.close();
        }
        say(`  round ${round} of ${rounds}`);
      }
      return [{ name: 'first page, until a drill can be started', unit: 'ms', ours: visits }];
    } finally {
      await browser.close();
      await server.close();
      await engine.close();
    }
  },
};
