import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kindCreate } from '../../../../engine/providers/kind/kind-create.ts';
import { whileMaking } from '../../../../engine/providers/kind/limits.ts';
import type { Exec } from '../../../../engine/system/exec.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubewright-kind-create-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** kind that says its steps and writes a kubeconfig; what happened is in the order in which it did. */
async function make(onMachines: () => Promise<void>): Promise<{ outside: string; happened: string[] }> {
  const happened: string[] = [];
  const kubeconfigPath = join(folder, 'kubeconfig');
  const exec: Exec = {
    async run(argv, { onLine } = {}) {
      for (const step of ['Preparing nodes 📦', 'Writing configuration 📜', 'Starting control-plane 🕹️']) {
        onLine?.(` • ${step}  ...`);
        onLine?.(` ✓ ${step}`);
      }
      await writeFile(kubeconfigPath, 'server: https://127.0.0.1:6443\n');
      return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: argv.join(' ') };
    },
  };
  const outside = await kindCreate(exec, {
    ...{ session: 'abcdef', minor: '1.34', cgroupV1: false, kind: 'kind', image: 'node', kubeconfigPath },
    shape: { name: 'one', controlPlanes: 1, workers: 0, spares: 0 },
    transcript: [],
    progress: (line) => void happened.push(line),
    onMachines() {
      happened.push('machines');
      return onMachines();
    },
    signal: undefined,
  });
  return { outside, happened };
}

test('the machines get their share of the CPU as soon as they are there, not when the cluster is made', async () => {
  const { outside, happened } = await make(async () => undefined);
  expect(happened).toEqual(['Preparing nodes', 'Writing configuration', 'machines', 'Starting control-plane']);
  expect(outside).toBe('https://127.0.0.1:6443');
  expect([whileMaking({}), whileMaking({ ahead: true })]).toEqual(['making', 'ahead']);
});

test('a cluster is made also where the share could not be set', async () => {
  expect((await make(() => Promise.reject(new Error('No such container')))).outside).toBe('https://127.0.0.1:6443');
});
