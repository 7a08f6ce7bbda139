import { expect, test } from 'vitest';
import { writtenBytes } from '../../../../engine/providers/kind/written.ts';

test('what a session has written is what its containers and their volumes hold', async () => {
  const kinds = (cluster: string) => ({ 'io.x-k8s.kind.cluster': cluster });
  const asked: object[] = [];
  const written = await writtenBytes({
    df: async (options) => {
      asked.push(options);
      return {
        Containers: [
          { Labels: kinds('kubewright-abc'), SizeRw: 100, Mounts: [{ Name: 'var-1' }, {}] },
          { Labels: { 'kubewright.session': 'abc' }, SizeRw: 20 },
          { Labels: kinds('kubewright-xyz'), SizeRw: -1, Mounts: [{ Name: 'var-2' }] },
          { Labels: kinds('my-cluster'), SizeRw: 9_999 },
          { SizeRw: 9_999 },
        ],
        Volumes: [
          { Name: 'var-1', UsageData: { Size: 1_000 } },
          { Name: 'var-2', UsageData: { Size: -1 } },
          { Name: 'precious', UsageData: { Size: 9_999 } },
        ],
      };
    },
  });
  expect([...written]).toEqual([
    ['abc', 1_120],
    ['xyz', 0],
  ]);
  expect(asked).toMatchObject([{ abortSignal: expect.any(AbortSignal) as AbortSignal }]);
});

test('an engine without containers has written nothing for anybody', async () => {
  expect([...(await writtenBytes({ df: async () => ({}) }))]).toEqual([]);
});
