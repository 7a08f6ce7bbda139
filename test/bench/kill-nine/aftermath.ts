import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DrillResult } from '../../../engine/domain/results.ts';
import type { SessionState } from '../../../engine/domain/session.ts';
import { retryUntil, systemClock } from '../../../engine/system/clock.ts';
import { openPage, type Page } from '../page.ts';
import { addressOf, type Program } from '../program.ts';
import type { Home } from './home.ts';
import { kinOf } from './kin.ts';
import type { Traces } from './traces.ts';

/** A helper of a killed program that only asks something comes to its end by itself. */
const orphansEndWithinMs = 30_000;

/** What must be after the next start. */
export interface Expected {
  readonly session: string;
  readonly becomes: SessionState | 'gone';
  /** Results that had been written when the program was killed. */
  readonly results: readonly DrillResult[];
}

export interface Aftermath {
  /** From the start of the next process until the session is adopted or reaped. */
  readonly seconds: number;
  /** The next process: a server that goes on. */
  readonly server: Program;
  readonly page: Page;
  /** Leaks and losses, in words. */
  readonly wrong: readonly string[];
}

/** Starts the server, as a user does who finds the program gone, and looks at what it makes of the session. */
export async function startAgain(
  { home, traces, signal }: { readonly home: Home; readonly traces: Traces; readonly signal: AbortSignal },
  expected: Expected,
): Promise<Aftermath> {
  const startedAt = performance.now();
  const server = home.run(['serve', '--port', '0'], signal);
  // It prints its address when it has dealt with every session, or after 10 s: then the store has the rest of the story.
  const url = await addressOf(server);
  const state = () => home.state(expected.session) ?? 'gone';
  const isSettled = () => !['provisioning', 'stopping'].includes(state());
  await server.until('the end of the recovery', () => (isSettled() ? true : undefined));
  const seconds = (performance.now() - startedAt) / 1_000;
  const page = await openPage(url);
  const isKept = expected.becomes === 'ready' || expected.becomes === 'finished';
  const folder = join(home.folder, 'sessions', expected.session);
  const wrong = [
    ...(state() === expected.becomes ? [] : [`session ${expected.session} is ${state()}, not ${expected.becomes}`]),
    ...server.lines().filter((line) => line.includes('cannot be put in order') || line.includes('not in the store')),
    ...(await traces.left(isKept ? expected.session : undefined)).map((what) => `left on the engine: ${what}`),
    ...(existsSync(folder) === isKept ? [] : [`the folder ${folder} is ${isKept ? 'lost' : 'left'}`]),
    ...(await readdir(home.temporary)).map((name) => `left in the folder of temporary files: ${name}`),
    ...(await orphansOf(home, server)).map((command) => `lives on: ${command}`),
    ...(await resultsLost(expected.results, page)),
  ];
  return { seconds, server, page, wrong };
}

/** Helpers of killed programs that do not come to their end. */
async function orphansOf(home: Home, server: Program): Promise<string[]> {
  let alive: string[] = [];
  await retryUntil(systemClock, { withinMs: orphansEndWithinMs, everyMs: 500 }, async () => {
    alive = (await kinOf(home.folder)).filter(({ pid }) => pid !== server.pid).map(({ command }) => command);
    return alive.length === 0 ? true : undefined;
  });
  return alive;
}

async function resultsLost(committed: readonly DrillResult[], page: Page): Promise<string[]> {
  const { results } = await page.get<{ results: readonly DrillResult[] }>('/api/progress');
  const drillOf = ({ session, startedAt }: DrillResult) => `${session} begun at ${startedAt}`;
  const isSame = (one: DrillResult, other: DrillResult) =>
    one.number === other.number && JSON.stringify(one.verdict) === JSON.stringify(other.verdict);
  return [
    ...committed
      .filter((result) => !results.some((listed) => isSame(listed, result)))
      .map((result) => `the result of ${drillOf(result)} is lost`),
    ...(new Set(results.map(drillOf)).size === results.length ? [] : ['a result is there twice']),
  ];
}
