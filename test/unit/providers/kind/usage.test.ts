import { expect, test } from 'vitest';
import { type StatsSource, usageOf } from '../../../../engine/providers/kind/usage.ts';

const stats: Readonly<Record<string, unknown>> = {
  v1: {
    memory_stats: { usage: 900, stats: { total_inactive_file: 100, inactive_file: 7 } },
    cpu_stats: { cpu_usage: { total_usage: 2_500_000 } },
  },
  v2: { memory_stats: { usage: 300, stats: { inactive_file: 50 } }, cpu_stats: { cpu_usage: { total_usage: 1e6 } } },
};

const engine: StatsSource = {
  listContainers: async () => [
    { Id: 'v1', Names: ['/kubewright-abc-control-plane'], Labels: { 'io.x-k8s.kind.cluster': 'kubewright-abc' } },
    { Id: 'v2', Names: ['/kubewright-abc-student'], Labels: { 'kubewright.session': 'abc' } },
    { Id: 'gone', Names: ['/kubewright-abc-witness'], Labels: { 'kubewright.session': 'abc' } },
    { Id: 'v2', Names: ['/kubewright-xyz-student'], Labels: { 'kubewright.session': 'xyz' } },
    { Id: 'v2', Names: ['/somebody'], Labels: {} },
  ],
  getContainer: (id) => ({
    stats: async () => {
      if (stats[id] === undefined) throw new Error('no such container');
      return stats[id];
    },
  }),
};

test('adds up what the containers of a session use, without the cache of files', async () => {
  expect(await usageOf(engine, 'abc')).toEqual({
    memoryBytes: 1050,
    cpuMs: 4,
    parts: [
      { name: 'control-plane', memoryBytes: 800, cpuMs: 3 },
      { name: 'student', memoryBytes: 250, cpuMs: 1 },
    ],
  });
});
