import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type GoldenInputs, goldenKey, hashPrograms } from '../../../../../engine/providers/kind/golden/key.ts';

const inputs: GoldenInputs = {
  nodeImage: 'sha256:node',
  loadBalancerImage: undefined,
  kindConfig: 'kind: Cluster',
  kindVersion: 'kind v0.33.0',
  shape: { controlPlanes: 1, workers: 2 },
  proxies: { HTTP_PROXY: undefined },
  programs: 'abc',
};

describe('the key of a golden state', () => {
  test('is the same for the same inputs', () => {
    expect(goldenKey({ ...inputs })).toBe(goldenKey(inputs));
  });

  test.each<Partial<GoldenInputs>>([
    { nodeImage: 'sha256:rebuilt' },
    { loadBalancerImage: 'sha256:envoy' },
    { kindConfig: 'kind: Cluster # changed' },
    { kindVersion: 'kind v0.34.0' },
    { shape: { controlPlanes: 1, workers: 1 } },
    { proxies: { HTTP_PROXY: 'http://proxy' } },
    { programs: 'abd' },
  ])('is another one with %j', (change) => {
    expect(goldenKey({ ...inputs, ...change })).not.toBe(goldenKey(inputs));
  });
});

describe('the hash of the programs', () => {
  let folder = '';
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('changes with the text and the name of a program, also in a folder below, and with nothing else', async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubewright-programs-'));
    await mkdir(join(folder, 'golden'));
    await writeFile(join(folder, 'a.ts'), 'one');
    await writeFile(join(folder, 'golden', 'b.js'), 'two');
    const first = await hashPrograms(folder);
    await writeFile(join(folder, 'notes.txt'), 'no program');
    expect(await hashPrograms(folder)).toBe(first);
    await writeFile(join(folder, 'golden', 'b.js'), 'TWO');
    const second = await hashPrograms(folder);
    expect(second).not.toBe(first);
    await writeFile(join(folder, 'c.ts'), '');
    expect(await hashPrograms(folder)).not.toBe(second);
  });
});
