import type Dockerode from 'dockerode';
import { expect, test } from 'vitest';
import { adoptCluster } from '../../../../engine/providers/kind/adopt.ts';

test('a cluster is taken while its machines stand still: the witness goes on first, the others last', async () => {
  const done: string[] = [];
  const note = (what: string) => async () => void done.push(what);
  const engine = {
    getContainer: (name: string) => ({ unpause: note(`unpause ${name}`), update: note(`update ${name}`) }),
  } as unknown as Dockerode;
  const shape = { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 };
  await adoptCluster(
    engine,
    { session: 'abc', shape, probes: [], markers: false },
    {
      async runOnWitness(argv) {
        const begins = argv.join(' ').includes('kill -HUP 1');
        done.push(begins ? 'the witness begins anew' : 'the witness is asked');
        return { exitCode: 0, stdout: '{}', stderr: '', timedOut: false, command: argv.join(' ') };
      },
      wake: note('wake'),
    },
  );
  expect(done[0]).toBe('unpause kubewright-abc-witness');
  expect(done.at(-1)).toBe('wake');
  expect(done.slice(1, -1).toSorted()).toEqual([
    'the witness begins anew',
    'the witness is asked',
    'update kubewright-abc-control-plane',
    'update kubewright-abc-worker',
  ]);
});
