import { checkRegistry } from '../../engine/checks/registry.ts';
import { compose } from '../../engine/compose.ts';
import type { OpenDrill } from '../../engine/drill/drills.ts';
import { evaluateChecks, type PlannedCheck } from '../../engine/drill/evaluate.ts';
import { createMachine } from '../../engine/providers/kind/machine.ts';
import { plannedMachines, studentName } from '../../engine/providers/kind/names.ts';
import type { Cluster, Node } from '../../engine/providers/provider.ts';
import { systemClock } from '../../engine/system/clock.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type Bench, type BenchOptions, type Measurement, percentile } from './bench.ts';
import { ownCpuSeconds } from './usage.ts';

/** One machine, and many checks that read it. */
const scenario = 'kubectl-says-x509';
const readsPerRound = 100;
const looksPerRound = 10;
const file = '/etc/hostname';

/** held: through a channel that stays open. each: a "docker exec" for each command. */
const ways = ['held', 'each'] as const;
type Way = (typeof ways)[number];
interface Cost {
  readonly ms: number;
  readonly cpu: number;
}
type Costs = Record<Way, Cost[]>;

export const checks: Bench = {
  name: 'checks',
  about: 'reading a machine, and looking at all checks of a drill, against a "docker exec" for each command',
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const { engine } = compose();
    say(`  starting ${scenario}`);
    const { id } = await engine.start(scenario, { signal });
    try {
      const it = await engine.open(id);
      const clusters: Record<Way, Cluster> = { held: it.cluster, each: withoutChannels(it) };
      const isShown = ({ mode }: PlannedCheck) => mode !== 'hold';
      const glance = it.drill.checks.filter(isShown);
      const taken: Record<'read' | 'p95' | 'reads' | 'look' | 'looks' | 'glance', Record<Way, number[]>> = {
        ...{ read: none(), p95: none(), reads: none(), look: none(), looks: none(), glance: none() },
      };
      for (const round of turns()) {
        const reads = await inTurns(readsPerRound, (way) => read(clusters[way]));
        const looks = await inTurns(looksPerRound, (way) => look(it, clusters[way], it.drill.checks));
        const glances = await inTurns(looksPerRound, (way) => look(it, clusters[way], glance));
        for (const way of ways) {
          taken.read[way].push(...reads[way].map(({ ms }) => ms));
          taken.p95[way].push(
            percentile(
              reads[way].map(({ ms }) => ms),
              0.95,
            ),
          );
          taken.reads[way].push(sum(reads[way]));
          taken.look[way].push(...looks[way].map(({ ms }) => ms));
          taken.looks[way].push(sum(looks[way]));
          taken.glance[way].push(...glances[way].map(({ ms }) => ms));
        }
        say(`  round ${round} of ${rounds}`);
      }
      const row = (figure: keyof typeof taken, name: string, unit: Measurement['unit']): Measurement => ({
        ...{ name, unit, ours: taken[figure].held, baseline: taken[figure].each },
      });
      return [
        row('read', 'a file of a machine read', 'ms'),
        row('p95', `a file of a machine read, p95 of ${readsPerRound}`, 'ms'),
        row('reads', `a file of a machine read ${readsPerRound} times: processor, without the engine's`, 'CPU s'),
        row('look', `${it.drill.checks.length} checks looked at`, 'ms'),
        row(
          'looks',
          `${it.drill.checks.length} checks looked at ${looksPerRound} times: processor, without the engine's`,
          'CPU s',
        ),
        row('glance', `${glance.length} checks looked at as the page does`, 'ms'),
      ];
    } finally {
      await engine.stop(id);
      await engine.close();
    }
  },
};

/** The same machines, as they are where there is no channel. */
function withoutChannels({ record, drill, cluster }: OpenDrill): Cluster {
  const containers = new Map(plannedMachines(record.id, drill.shape).map(({ name, container }) => [name, container]));
  const plain = ({ name, role, address, power }: Node): Node => {
    const container = containers.get(name) ?? studentName(record.id);
    return createMachine(systemExec, { name, role, address, container, power });
  };
  return { ...cluster, machine: (name) => plain(cluster.machine(name)) };
}

async function read(cluster: Cluster): Promise<void> {
  const { exitCode } = await cluster.machine('cp1').exec(['cat', file]);
  if (exitCode !== 0) throw new Error(`${file} could not be read`);
}

/** @throws Error when a check could not look: what it cost says nothing then */
async function look({ record }: OpenDrill, cluster: Cluster, wanted: readonly PlannedCheck[]): Promise<void> {
  const now = systemClock.now();
  const results = await evaluateChecks(wanted, {
    ...{ cluster, definitions: checkRegistry, clock: systemClock, happened: record.happened },
    ...{ since: record.readyAt ?? record.createdAt, until: now },
  });
  const errored = results.find(({ result }) => result === 'errored');
  if (errored !== undefined) throw new Error(`${errored.id} ${errored.found}`);
}

/** One after the other in turns, so that both meet the same load of the machine. */
async function inTurns(count: number, work: (way: Way) => Promise<void>): Promise<Costs> {
  const costs: Costs = { held: [], each: [] };
  // The first time something is loaded or opened.
  for (const way of ways) await work(way);
  for (let turn = 0; turn < count; turn += 1) {
    for (const way of ways) {
      const [at, cpu] = [performance.now(), ownCpuSeconds()];
      await work(way);
      costs[way].push({ ms: performance.now() - at, cpu: ownCpuSeconds() - cpu });
    }
  }
  return costs;
}

const none = (): Record<Way, number[]> => ({ held: [], each: [] });

/** Of their processor time: one alone is shorter than the kernel's tick. */
function sum(costs: readonly Cost[]): number {
  return costs.reduce((total, { cpu }) => total + cpu, 0);
}
