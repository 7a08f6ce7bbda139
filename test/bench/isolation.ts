import { join } from 'node:path';
import { compose } from '../../engine/compose.ts';
import type { SessionRow } from '../../engine/engine.ts';
import { clusterName, studentName } from '../../engine/providers/kind/names.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { createSessionStore } from '../../engine/store/sessions.ts';
import { retryUntil, systemClock } from '../../engine/system/clock.ts';
import { stateRoot } from '../../engine/system/paths.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { type Attack, attacks } from './isolation/attacks.ts';
import { type Bystanders, figureWords, type Samples, watchDuring } from './isolation/bystanders.ts';
import { fullDisk } from './isolation/full-disk.ts';
import { shows, unless, within } from './isolation/waiting.ts';
import { openPage, type Page } from './page.ts';
import { addressOf, launch, type Program } from './program.ts';
import type { EchoingShell } from './shell.ts';

/** The smallest shape, and a scenario whose faults leave the API server alone: the one next door is asked all the time. */
const scenario = 'scaling-without-effect';
const calmMs = 15_000;
const shellWithinMs = 120_000;
const resetWithinMs = 900_000;

/** Figures by their name, from all rounds. */
type Taken = Map<string, { readonly unit: Measurement['unit']; readonly ours: number[]; readonly baseline: number[] }>;

export const isolation: Bench = {
  name: 'isolation',
  about: 'a learner who runs wild: the server, the other session and the host go on, and the session can be reset',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, provider } = compose();
    const database = openDatabase(join(stateRoot(), 'kubewright.db'));
    const store = createSessionStore(database);
    const sessions: string[] = [];
    const start = async () => {
      say(`  starting ${scenario}`);
      return (await engine.start(scenario, { signal, onSession: (id) => sessions.push(id) })).id;
    };
    const stop = async (session: string) => {
      if (store.get(session) !== undefined) await engine.stop(session);
    };
    const taken: Taken = new Map();
    let server: Program | undefined;
    const closers: (() => unknown)[] = [];
    try {
      const session = await start();
      server = launch(stateRoot(), ['serve', '--port', '0'], signal);
      const page = await openPage(await addressOf(server));
      const shell = await openShell(page, session, 'student', signal);
      closers.push(shell.close, page.show(session));
      shell.type('cat > /dev/null\r');
      const { kube } = (await engine.open(session)).cluster;
      const bystanders = { page, pid: server.pid, session, shell, kube };
      for (const round of turns()) {
        say(`  round ${round} of ${rounds}`);
        const victim = await start();
        closers.push(page.show(victim));
        const calm = await watchDuring(bystanders, signal, (until) => systemClock.sleep(calmMs, until));
        for (const attack of attacks) {
          await make(attack, bystanders, victim, { taken, calm, say, signal });
          const seconds = await reset(bystanders, victim, signal);
          say(`    reset in ${seconds.toFixed(1)} s`);
          note(taken, `${attack.name}: session reset and ready again`, 's', [seconds]);
        }
        const stopped: string[] = [];
        const full = fullDisk({
          ...{ provider, store, sessions: () => sessions },
          onStopped: (session, why) => {
            say(`    the disk watch stopped ${session}: ${why}`);
            stopped.push(session);
          },
        });
        await make(full, bystanders, victim, { taken, calm, say, signal });
        await insistOnEnd(page, victim, stopped);
        await stop(victim);
      }
      return [...taken].map(([name, { baseline, ...rest }]) => ({
        ...{ name, ...rest },
        ...(baseline.length === 0 ? {} : { baseline }),
      }));
    } finally {
      for (const close of closers) await close();
      await server?.end('SIGTERM');
      const ends = await Promise.allSettled(sessions.map(stop));
      await engine.close();
      database.close();
      for (const end of ends) if (end.status === 'rejected') say(`  not taken down: ${String(end.reason)}`);
    }
  },
};

/** Lets the learner of that session make the attack, and takes the figures of those beside it. */
async function make(
  attack: Attack,
  bystanders: Bystanders,
  victim: string,
  options: Pick<BenchOptions, 'say' | 'signal'> & { readonly taken: Taken; readonly calm: Samples },
): Promise<void> {
  const { taken, calm, say, signal } = options;
  const { name, machine, took } = attack;
  const shell = await openShell(bystanders.page, victim, machine, signal);
  try {
    const container = machine === 'student' ? studentName(victim) : `${clusterName(victim)}-control-plane`;
    const at = performance.now();
    let seconds = 0;
    const samples = await watchDuring(bystanders, signal, async (until) => {
      await attack.run({ shell, container, signal: until });
      seconds = (performance.now() - at) / 1000;
    });
    if (took !== undefined) note(taken, `${name}: ${took}`, 's', [seconds]);
    for (const [figure, words] of figureWords) note(taken, `${name}: ${words}`, 'ms', samples[figure], calm[figure]);
    note(taken, 'memory of the server grown by an attack', 'MiB', [Math.max(0, samples.serverMiB - calm.serverMiB)]);
    const longest = figureWords.map(([figure]) => `${figure} ${Math.max(...samples[figure]).toFixed(0)} ms`).join(', ');
    say(`  ${name}: ${seconds.toFixed(1)} s, ${samples.echo.length} looks, at the longest: ${longest}`);
  } finally {
    await shell.close();
  }
}

/** The page's Reset, while everybody else goes on. Returns how long it took until the drill was ready, seconds. */
async function reset(bystanders: Bystanders, victim: string, signal: AbortSignal): Promise<number> {
  const at = performance.now();
  const { page } = bystanders;
  const row = () => page.get<SessionRow>(`/api/sessions/${victim}`);
  const { readyAt: before } = await row();
  await watchDuring(bystanders, signal, async (until) => {
    await page.post(`/api/sessions/${victim}/reset`);
    const ready = await retryUntil(systemClock, { withinMs: resetWithinMs, everyMs: 500, signal: until }, async () => {
      const { state, error, readyAt } = await row();
      if (state === 'failed') throw new Error(`the session could not be reset: ${error?.message}`);
      // The answer comes when the reset has begun, which the row says a moment later.
      return state === 'ready' && readyAt !== before ? true : undefined;
    });
    if (ready === undefined) throw new Error(`the session was not ready ${resetWithinMs / 1000} s after its reset`);
  });
  return (performance.now() - at) / 1000;
}

/** The session has ended, it alone, and the page can tell why. */
async function insistOnEnd(page: Page, victim: string, stopped: readonly string[]): Promise<void> {
  if (stopped.join() !== victim) throw new Error(`the disk watch stopped ${stopped.join()} for what ${victim} wrote`);
  const { state, error } = await page.get<SessionRow>(`/api/sessions/${victim}`);
  if (state === 'failed' && /disk .* full/.test(error?.message ?? '') && error?.remedy !== '') return;
  throw new Error(`the session whose disk is full is ${state}: ${error?.message}`);
}

/** A terminal of that session, when its shell has answered. */
async function openShell(
  page: Page,
  session: string,
  machine: Attack['machine'],
  signal: AbortSignal,
): Promise<EchoingShell> {
  const shell = page.openShell(session, machine);
  try {
    shell.type('echo rea""dy\r');
    await within(shellWithinMs, `a shell on ${machine} of ${session}`, unless(signal, shows(shell, 'ready')));
    return shell;
  } catch (error) {
    await shell.close();
    throw error;
  }
}

function note(
  taken: Taken,
  name: string,
  unit: Measurement['unit'],
  ours: readonly number[],
  baseline: readonly number[] = [],
): void {
  const known = taken.get(name) ?? { unit, ours: [], baseline: [] };
  known.ours.push(...ours);
  known.baseline.push(...baseline);
  taken.set(name, known);
}
