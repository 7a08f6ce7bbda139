import type Dockerode from 'dockerode';
import { expect, test } from 'vitest';
import { adoptCluster } from '../../../../engine/providers/kind/adopt.ts';

test('the witness of a cluster that is taken goes on first: what it is told and what wakes the others waits for that', async () => {
  const done: string[] = [];
  const note = (what: string) => async () => void done.push(what);
  const engine = {
    getContainer: (name: string) => ({
      async unpause() {
        // Whoever does not wait for it comes before it.
        await Promise.resolve();
        done.push(`unpause ${name}`);
      },
      update: note(`update ${name}`),
    }),
  } as unknown as Dockerode;
  const shape = { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 };
  await adoptCluster(
    engine,
    { session: 'abc', shape, probes: [], markers: false },
    {
      async runOnWitness(argv) {
        done.push('the witness begins anew');
        return { exitCode: 0, stdout: '{}', stderr: '', timedOut: false, command: argv.join(' ') };
      },
      wake: note('wake'),
    },
  );
  expect(done[0]).toBe('unpause kubewright-abc-witness');
  expect(done.slice(1).toSorted()).toEqual([
    'the witness begins anew',
    'update kubewright-abc-control-plane',
    'update kubewright-abc-worker',
    'wake',
  ]);
});

test('where the witness cannot be told, nothing is under way any more when that is said', async () => {
  const waking = Promise.withResolvers<void>();
  let isOver = false;
  const engine = {
    getContainer: () => ({ unpause: async () => {}, update: async () => {} }),
  } as unknown as Dockerode;
  const shape = { name: 'one-worker', controlPlanes: 1, workers: 1, spares: 0 };
  const adopting = adoptCluster(
    engine,
    { session: 'abc', shape, probes: [], markers: false },
    {
      runOnWitness: () => Promise.reject(new Error('the witness is gone')),
      async wake() {
        await waking.promise;
        isOver = true;
      },
    },
  );
  setImmediate(waking.resolve);
  await expect(adopting).rejects.toThrow('the witness is gone');
  expect(isOver).toBe(true);
});
