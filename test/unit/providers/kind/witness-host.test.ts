import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startWitness } from '../../../../engine/providers/kind/witness-host.ts';
import type { Exec } from '../../../../engine/system/exec.ts';

test('what the witness is made of is put together below the folder of the session, and nothing stays there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let copied: { readonly from: string; readonly files: readonly string[] } | undefined;
  const exec: Exec = {
    async run(argv) {
      const [, verb, from = ''] = argv;
      if (verb === 'cp') copied = { from, files: await readdir(join(from, 'witness', 'engine')) };
      return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command: argv.join(' ') };
    },
  };
  await startWitness(exec, { session: 'abc', image: 'witness:1', folder });
  expect(copied?.from.startsWith(`${folder}/`)).toBe(true);
  expect(copied?.files).toEqual(['domain', 'witness']);
  expect(await readdir(folder)).toEqual([]);
});
