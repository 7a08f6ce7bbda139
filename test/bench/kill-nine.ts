import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import { type CommandLine, createCommandLine } from '../real/command-line.ts';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { startAgain } from './kill-nine/aftermath.ts';
import { type Home, openHome } from './kill-nine/home.ts';
import { killIn } from './kill-nine/kill.ts';
import { kinOf } from './kill-nine/kin.ts';
import { liveThrough } from './kill-nine/life.ts';
import { followTraces } from './kill-nine/traces.ts';

/** Each state is killed in so many times, spread over its length. */
const timesEach = 2;

/**
 * The tests do the same on a fake engine, at twenty moments of each state. Here kind and docker are other programs, which
 * outlive the one that is killed, and an engine that goes on with what it was told.
 */
export const killNine: Bench = {
  name: 'kill-nine',
  about: `the program killed with SIGKILL on real kind in every state of a session, ${timesEach} times each; up to everything adopted or reaped by the next start`,
  async run({ say, signal }: BenchOptions): Promise<Measurement[]> {
    const seed = Date.now() % 2 ** 31;
    say(`  seed ${seed}`);
    const commandLine = await createCommandLine();
    const home = openHome(commandLine.home);
    const traces = await followTraces(home.folder);
    const samples = new Map<string, number[]>();
    const wrong: string[] = [];
    try {
      for (let time = 0; time < timesEach; time += 1) {
        await liveThrough({
          ...{ home, signal },
          async die(state, program, moment, fate) {
            const death = await killIn(program, home, moment, fractionOf(seed, time, `${state}, ${moment.name}`));
            const expected = { session: home.session()?.id ?? '', ...fate, results: home.results() };
            const { seconds, server, page, wrong: found } = await startAgain({ home, traces, signal }, expected);
            samples.set(state, [...(samples.get(state) ?? []), seconds]);
            const how = death.wasKilled ? `killed ${(death.intoMs / 1_000).toFixed(1)} s into it` : 'ended just before';
            const orphans =
              death.orphans.length === 0 ? '' : `, left behind ${death.orphans.map(shortly).join(' and ')}`;
            const load = (loadavg()[0] ?? 0).toFixed(0);
            say(
              `  ${state}, ${moment.name}: ${how}${orphans}; ${fate.becomes} after ${seconds.toFixed(1)} s (load ${load})`,
            );
            const all = death.wasKilled ? found : [...found, 'it was not there any more to be killed'];
            for (const what of all) say(`    WRONG: ${what}`);
            wrong.push(...all.map((what) => `${state}, ${moment.name}: ${what}`));
            return { server, page };
          },
        });
      }
      wrong.push(...(await traces.left(undefined)).map((what) => `left at the end: ${what}`));
    } finally {
      await takeDown(home, commandLine, say);
      traces.close();
    }
    if (wrong.length > 0) throw new Error(`kill -9 was not survived:\n${wrong.join('\n')}`);
    return [...samples].map(([state, ours]) => ({ name: `recovered from kill -9 while ${state}`, unit: 's', ours }));
  },
};

/** Somewhere in that part of the moment that this time is for. */
function fractionOf(seed: number, time: number, moment: string): number {
  const drawn = createHash('sha256').update(`${seed} ${time} ${moment}`).digest().readUInt32BE() / 2 ** 32;
  return (time + drawn) / timesEach;
}

function shortly(command: string): string {
  return command.length > 60 ? `${command.slice(0, 60)} …` : command;
}

/** What is still there after an error or an abort, too: processes by their id, all else by the store that it belongs to. */
async function takeDown(home: Home, commandLine: CommandLine, say: (line: string) => void): Promise<void> {
  for (const { pid } of await kinOf(home.folder)) process.kill(pid, 'SIGKILL');
  home.close();
  const { exitCode, stderr } = await commandLine.run(['clean', '--all']);
  if (exitCode !== 0) say(`  cleaning up after all this failed: ${stderr}`);
  await commandLine.end();
}
