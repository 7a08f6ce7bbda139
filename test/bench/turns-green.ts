import { join } from 'node:path';
import { compose } from '../../engine/compose.ts';
import type { KubeApi } from '../../engine/providers/provider.ts';
import { silentLog } from '../../engine/system/log.ts';
import { createServer, type RunningServer } from '../../web/server/index.ts';
import { checkout } from '../real/command-line.ts';
import { type Bench, type BenchOptions, type Measurement, percentile } from './bench.ts';
import { openPage, type Page } from './page.ts';

/** A drill with a check that says whether a worker takes pods: it can be made to turn as often as one likes. */
const scenario = 'reconfigure-runtime';
const check = 'w1-in-service';
const node = 'w1';
const turnsPerRound = 20;
const turnWithinMs = 30_000;

export const turnsGreen: Bench = {
  name: 'turns-green',
  about: 'from the answer of the API server to what mends a check until the page is told that the check has turned',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine, exams, records, pool } = compose();
    say(`  starting ${scenario}`);
    const { id } = await engine.start(scenario, { signal });
    const clientFolder = join(checkout, 'web', 'client', 'dist');
    let server: RunningServer | undefined;
    try {
      server = await createServer({ ...{ engine, exams, records, pool }, port: 0, log: silentLog, clientFolder });
      const { kube } = (await engine.open(id)).cluster;
      const page = await openPage(server.url);
      const green: number[] = [];
      const p95s: number[] = [];
      for (const round of turns()) {
        const taken = await turnOften(kube, page, id, signal);
        green.push(...taken);
        p95s.push(percentile(taken, 0.95));
        say(`  round ${round} of ${rounds}`);
      }
      const name = 'a check turns green on the page after the API server has answered to the fix';
      return [
        { name, unit: 'ms', ours: green },
        { name: `${name}, p95 of ${turnsPerRound}`, unit: 'ms', ours: p95s },
      ];
    } finally {
      await server?.close();
      await engine.stop(id);
      await engine.close();
    }
  },
};

/** Milliseconds of each turn to green. */
async function turnOften(kube: KubeApi, page: Page, session: string, signal: AbortSignal): Promise<number[]> {
  let result: string | undefined;
  let told: () => void = () => {};
  const close = page.show(session, (message) => {
    if (message.type !== 'glance') return;
    result = message.glance.checks.find(({ id }) => id === check)?.result;
    told();
  });
  const becomes = async (wanted: string): Promise<void> => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(turnWithinMs)]);
    while (result !== wanted) {
      deadline.throwIfAborted();
      const news = Promise.withResolvers<void>();
      told = news.resolve;
      deadline.addEventListener('abort', () => news.resolve(), { once: true });
      await news.promise;
    }
  };
  const cordon = (unschedulable: boolean) =>
    kube.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: node }, spec: { unschedulable } }));
  try {
    const turns: number[] = [];
    await becomes('passed');
    for (let turn = 0; turn < turnsPerRound; turn += 1) {
      await cordon(true);
      await becomes('failed');
      await cordon(false);
      const answeredAt = performance.now();
      await becomes('passed');
      turns.push(performance.now() - answeredAt);
    }
    return turns;
  } finally {
    close();
  }
}
