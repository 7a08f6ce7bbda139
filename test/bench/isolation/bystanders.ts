import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { SessionRow } from '../../../engine/engine.ts';
import type { KubeApi } from '../../../engine/providers/provider.ts';
import { systemClock } from '../../../engine/system/clock.ts';
import { mustSucceed, systemExec } from '../../../engine/system/exec.ts';
import type { Page } from '../page.ts';
import { type EchoingShell, echoMs, keyAt } from '../shell.ts';
import { within } from './waiting.ts';

/** Who must not suffer from what happens next door, and what is asked of them. All figures are milliseconds. */
const figures = {
  server: 'an answer of the server',
  echo: 'keystroke echo in the other session',
  cluster: "an answer of the other session's API server",
  host: 'a process started on the host',
} as const;

type Figure = keyof typeof figures;
export type Samples = Readonly<Record<Figure, readonly number[]>> & {
  /** Most memory that the server's process had, MiB. */
  readonly serverMiB: number;
};

/** Longer is not "goes on working" to somebody who waits. */
const answerWithinMs = 5_000;
const betweenLooksMs = 200;
/** Below this the host begins to end processes of its own. */
const leastFreeBytes = 1024 ** 3;

export interface Bystanders {
  readonly page: Page;
  /** The server's process. */
  readonly pid: number;
  /** The session next door. */
  readonly session: string;
  /** A terminal of it, in which a program reads and says nothing. */
  readonly shell: EchoingShell;
  readonly kube: Pick<KubeApi, 'isReady'>;
}

/** The words for each figure, in the order of a report. */
export const figureWords: readonly (readonly [Figure, string])[] = Object.entries(figures) as [Figure, string][];

/**
 * Asks all of them one after the other, again and again until the deed is done, and at least once after it.
 * @throws Error naming who did not answer; the deed is told by its signal
 */
export async function watchDuring(
  bystanders: Bystanders,
  signal: AbortSignal,
  deed: (signal: AbortSignal) => Promise<unknown>,
): Promise<Samples> {
  const samples = { server: [], echo: [], cluster: [], host: [] } as Record<Figure, number[]>;
  const harmed = new AbortController();
  let isDone = false;
  let serverMiB = 0;
  const watching = async () => {
    for (let isLast = false; !isLast; ) {
      isLast = isDone;
      signal.throwIfAborted();
      serverMiB = Math.max(serverMiB, await look(bystanders, samples));
      await systemClock.sleep(betweenLooksMs, signal);
    }
  };
  const doing = deed(AbortSignal.any([signal, harmed.signal])).finally(() => {
    isDone = true;
  });
  await Promise.all([
    doing,
    watching().catch(async (error: unknown) => {
      harmed.abort(error);
      await doing.catch(() => undefined);
      throw error;
    }),
  ]);
  return { ...samples, serverMiB };
}

/** One look at all of them; returns the memory of the server, MiB. */
async function look(
  { page, pid, session, shell, kube }: Bystanders,
  samples: Readonly<Record<Figure, number[]>>,
): Promise<number> {
  const timed = async <T>(figure: Figure, work: Promise<T>): Promise<T> => {
    const at = performance.now();
    const answer = await within(answerWithinMs, figures[figure], work);
    samples[figure].push(performance.now() - at);
    return answer;
  };
  await timed('server', page.get('/healthz'));
  const { state } = await timed('server', page.get<SessionRow>(`/api/sessions/${session}`));
  if (state !== 'ready') throw new Error(`the other session is ${state}`);
  await timed('echo', echoMs(shell, keyAt(samples.echo.length + 1)));
  if (!(await timed('cluster', kube.isReady()))) throw new Error("the other session's API server does not answer");
  await timed('host', mustSucceed(systemExec, ['true']));
  if (freemem() < leastFreeBytes) throw new Error(`the host has ${Math.round(freemem() / 2 ** 20)} MiB of memory left`);
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
