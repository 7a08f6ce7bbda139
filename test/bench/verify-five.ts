import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { launch } from './program.ts';
import { machineCpuSeconds } from './usage.ts';

/** Short ones of five kinds of trouble, without an upgrade. */
const scenarios = [
  'connection-refused',
  'containers-out-of-reach',
  'etcd-backup',
  'join-command-refused',
  'ready-without-logs',
];
const jobs = 2;

interface Sample {
  readonly seconds: number;
  /** Of everything on the machine, since the clusters are gone when it ends. */
  readonly cpu: number;
}

export const verifyFive: Bench = {
  name: 'verify-five',
  about: `verify --only-solution of ${scenarios.join(', ')}, ${jobs} at a time: with golden states at hand against fresh clusters`,
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const home = await mkdtemp(join(tmpdir(), 'kubewright-verify-five-'));
    const verify = async (...more: string[]): Promise<Sample> => {
      const [at, cpu] = [performance.now(), machineCpuSeconds()];
      const program = launch(
        home,
        ['verify', ...scenarios, '--only-solution', '--jobs', String(jobs), ...more],
        signal,
      );
      const exitCode = await program.exitCode();
      if (exitCode !== 0) throw new Error(`verify ended with exit code ${exitCode}:\n${program.lines().join('\n')}`);
      return { seconds: (performance.now() - at) / 1000, cpu: machineCpuSeconds() - cpu };
    };
    try {
      say('  making the golden states');
      await verify('--golden');
      const [ours, baseline]: [Sample[], Sample[]] = [[], []];
      for (const round of turns()) {
        baseline.push(await verify());
        ours.push(await verify('--golden'));
        say(`  round ${round} of ${rounds}`);
      }
      const row = (name: string, unit: Measurement['unit'], figure: keyof Sample): Measurement => ({
        ...{ name, unit },
        ...{ ours: ours.map((it) => it[figure]), baseline: baseline.map((it) => it[figure]) },
      });
      return [
        row(`verify of ${scenarios.length} scenarios`, 's', 'seconds'),
        row(`verify of ${scenarios.length} scenarios: processor, all of the machine's`, 'CPU s', 'cpu'),
      ];
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
