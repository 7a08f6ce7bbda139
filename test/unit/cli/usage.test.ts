import { expect, test } from 'vitest';
import type { CommandContext } from '../../../engine/cli/command.ts';
import { usage } from '../../../engine/cli/usage.ts';
import type { ClusterUsage } from '../../../engine/providers/provider.ts';

const mebibyte = 2 ** 20;
const used: ClusterUsage = {
  memoryBytes: 484 * mebibyte,
  cpuMs: 41_250,
  parts: [
    { name: 'control-plane', memoryBytes: 405 * mebibyte, cpuMs: 39_340 },
    { name: 'worker', memoryBytes: 79 * mebibyte, cpuMs: 1_910 },
  ],
};

async function run(
  clusters: Readonly<Record<string, ClusterUsage>>,
  options: { json?: boolean } = {},
  sessions: readonly { id: string; cluster?: string }[] = [],
) {
  const said: unknown[] = [];
  const fakeProvider = {
    list: async () => Object.keys(clusters),
    usage: async (session: string) => clusters[session],
  };
  const context = {
    kubewright: () => ({ provider: fakeProvider, engine: { sessions: async () => sessions } }),
    output: {
      json: (value: unknown) => said.push(value),
      line: (text: string) => said.push(text),
      say: (text: string) => said.push(text),
    },
  } as unknown as CommandContext;
  return { exitCode: await usage(context, options), said };
}

test('a cluster has a line for each of its containers and one for all of them', async () => {
  expect(await run({ abc234: used })).toEqual({
    exitCode: 0,
    said: [
      'abc234         MEMORY   CPU TIME',
      'control-plane  405 MiB  39.3 s',
      'worker         79 MiB   1.9 s',
      'all            484 MiB  41.3 s',
    ],
  });
});

test('for other programs the figures are bytes and milliseconds', async () => {
  expect(await run({ abc234: used }, { json: true })).toEqual({
    exitCode: 0,
    said: [[{ session: 'abc234', ...used }]],
  });
});

test('a cluster is called as its session, also when that has taken one that waited', async () => {
  const { said } = await run({ xyz234: used, wait23: used }, { json: true }, [{ id: 'abc234', cluster: 'xyz234' }]);
  expect(said).toEqual([
    [
      { session: 'abc234', ...used },
      { session: 'wait23', ...used },
    ],
  ]);
});

test('without a cluster it says so', async () => {
  expect(await run({})).toEqual({ exitCode: 0, said: ['There are no clusters.'] });
});
