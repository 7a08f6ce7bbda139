import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchOptions, Measurement } from './bench.ts';
import { launch } from './program.ts';

/** Short ones of five kinds of trouble, without an upgrade. */
const scenarios = [
  'connection-refused',
  'containers-out-of-reach',
  'etcd-backup',
  'join-command-refused',
  'ready-without-logs',
];
const jobs = 2;

export const verifyFive: Bench = {
  name: 'verify-five',
  about: `verify --only-solution of ${scenarios.join(', ')}, ${jobs} at a time: with golden states at hand against fresh clusters`,
  async run({ rounds, turns, say, signal }: BenchOptions): Promise<Measurement[]> {
    const home = await mkdtemp(join(tmpdir(), 'kubewright-verify-five-'));
    const verify = async (...more: string[]): Promise<number> => {
      const at = performance.now();
      const program = launch(
        home,
        ['verify', ...scenarios, '--only-solution', '--jobs', String(jobs), ...more],
        signal,
      );
      const exitCode = await program.exitCode();
      if (exitCode !== 0) throw new Error(`verify ended with exit code ${exitCode}:\n${program.lines().join('\n')}`);
      return (performance.now() - at) / 1000;
    };
    try {
      say('  making the golden states');
      await verify('--golden');
      const [ours, baseline]: [number[], number[]] = [[], []];
      for (const round of turns()) {
        baseline.push(await verify());
        ours.push(await verify('--golden'));
        say(`  round ${round} of ${rounds}`);
      }
      return [{ name: `verify of ${scenarios.length} scenarios`, unit: 's', ours, baseline }];
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
