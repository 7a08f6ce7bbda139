import type { SessionState } from '../../../engine/domain/session.ts';
import { listGolden, removeGolden } from '../../../engine/providers/kind/golden/shelf.ts';
import { systemExec } from '../../../engine/system/exec.ts';
import { openPage, type Page } from '../page.ts';
import { addressOf, type Program } from '../program.ts';
import type { EchoingShell } from '../shell.ts';
import type { Home } from './home.ts';
import {
  afterTheResult,
  beforeTheResult,
  betweenCommands,
  type Moment,
  whileBaking,
  whileChecking,
  whileProvisioning,
  whileResetting,
  whileStopping,
} from './moments.ts';

/** One node, and objectives that nobody meets: what is submitted is judged after the longest time it may take. */
const scenario = 'scaling-without-effect';

/** What has to come of the session. */
export interface Fate {
  /** Left out: the one that the program makes. */
  readonly session?: string;
  readonly becomes: SessionState | 'gone';
}

export interface Life {
  readonly home: Home;
  readonly signal: AbortSignal;
  /** Has the program killed in that moment, starts the next one, and looks at everything. */
  die(state: string, program: Program, moment: Moment, fate: Fate): Promise<{ server: Program; page: Page }>;
}

/**
 * Goes through every state of a session and is killed in each. Between two deaths it goes on with what the next start has
 * kept, so that one cluster serves several states.
 */
export async function liveThrough({ home, signal, die }: Life): Promise<void> {
  const run = (...argv: string[]) => home.run(argv, signal);
  const dieAlone = async (...death: Parameters<Life['die']>) => (await die(...death)).server.end('SIGTERM');
  const started = async (): Promise<Required<Fate>> => {
    await succeed(run('start', scenario, '--no-golden'), 0);
    return { session: home.session()?.id ?? '', becomes: 'ready' };
  };
  const reaped = { becomes: 'failed' } as const;

  for (const moment of whileProvisioning)
    await dieAlone('provisioning', run('start', scenario, '--no-golden'), moment, reaped);
  await forgetGolden();
  await dieAlone('provisioning', run('start', scenario, '--golden'), whileBaking, reaped);
  const session = home.session()?.id ?? '';
  await dieAlone('failed', (await served(run)).server, betweenCommands, { ...reaped, session });

  const ready = await started();
  const first = await served(run);
  const shell = first.page.openShell(ready.session);
  const pid = await processOf(shell, 'first');
  const next = await die('ready', first.server, betweenCommands, ready);
  await shell.close();
  const again = next.page.openShell(ready.session);
  if ((await processOf(again, 'again')) !== pid)
    throw new Error('the shell of the terminal that was open is another one');
  await again.close();
  await next.server.end('SIGTERM');

  await dieAlone('checking', run('check', ready.session), whileChecking, ready);
  await succeed(run('check', ready.session), 1);
  const results = home.results().length;
  await dieAlone('submitting', run('finish', ready.session), beforeTheResult(results), ready);
  const finished = { ...ready, becomes: 'finished' } as const;
  const { server } = await die('submitting', run('finish', ready.session), afterTheResult(results), finished);
  await dieAlone('finished', server, betweenCommands, finished);

  const [oldOne, newOne] = whileResetting;
  await dieAlone('resetting', run('reset', ready.session), oldOne, { ...reaped, session: ready.session });
  const second = await started();
  await dieAlone('resetting', run('reset', second.session), newOne, { ...reaped, session: second.session });
  const third = await started();
  await dieAlone('stopping', run('stop', third.session), whileStopping, { session: third.session, becomes: 'gone' });
}

async function served(run: (...argv: string[]) => Program): Promise<{ server: Program; page: Page }> {
  const server = run('serve', '--port', '0');
  return { server, page: await openPage(await addressOf(server)) };
}

async function succeed(program: Program, exitCode: number): Promise<void> {
  const code = await program.exitCode();
  if (code !== exitCode)
    throw new Error(`it ended with exit code ${code}, not ${exitCode}:\n${program.lines().join('\n')}`);
}

/** The id of the shell's process, as it says itself. */
async function processOf(shell: EchoingShell, word: string): Promise<string> {
  // Put together by the shell: the line that is typed does not look like its answer.
  shell.type(`echo ${word}"="$$.\r`);
  const answer = new RegExp(`${word}=(\\d+)\\.`);
  for (;;) {
    const pid = answer.exec(shell.tail())?.[1];
    if (pid !== undefined) return pid;
    await shell.next();
  }
}

/** States of one machine, as the scenario's is: where there is one, none is made. Those of more machines stay. */
async function forgetGolden(): Promise<void> {
  const ofOne = (await listGolden(systemExec)).filter(({ state }) => state?.machines.length === 1);
  const { inUse } = await removeGolden(systemExec, ofOne);
  if (inUse.length > 0)
    throw new Error(`a session that runs was restored from a golden state that has to go: ${inUse.join(', ')}`);
}
