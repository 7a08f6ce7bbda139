import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemExec } from '../../../engine/system/exec.ts';
import { installationRoot } from '../../../engine/system/paths.ts';

/** The wrapper sets PATH itself; the copy under test looks for runc and jq in a folder of the test first. */
let folder: string;
let wrapper: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubewright-wrapper-'));
  wrapper = join(folder, 'wrapper');
  const source = await readFile(join(installationRoot(), 'clusters/host/runc-without-sys-resource.sh'), 'utf8');
  await writeFile(wrapper, source.replace('PATH=', `PATH=${folder}/bin:`));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/runc'), '#!/bin/sh\necho "runc $*"\n');
  // jq's part is known: leave the capability out of the text. The real jq is tried by the real engine.
  await writeFile(join(folder, 'bin/jq'), '#!/bin/sh\nsed \'s/"CAP_SYS_RESOURCE",//g\' "$3"\n');
  for (const program of ['wrapper', 'bin/runc', 'bin/jq']) await chmod(join(folder, program), 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

const asked = '["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_KILL"]';
const left = '["CAP_CHOWN","CAP_KILL"]';

async function file(name: string) {
  const path = join(folder, name);
  await writeFile(path, asked, { mode: 0o600 });
  return path;
}

describe('the wrapper in front of runc', () => {
  it.each([['--bundle'], ['-b']])('takes the capability out of the bundle of create, given by %s', async (option) => {
    const config = await file('config.json');
    const words = ['--root', '/run/x', '--log-format', 'json', 'create', option, folder, '--pid-file', 'p', 'id'];
    const result = await systemExec.run([wrapper, ...words]);
    expect(result.stdout).toBe(`runc ${words.join(' ')}\n`);
    expect(await readFile(config, 'utf8')).toBe(left);
    expect((await stat(config)).mode & 0o777).toBe(0o600);
  });

  it('takes it out of the process file of exec, in both spellings', async () => {
    const one = await file('process-1');
    const two = await file('process-2');
    await systemExec.run([wrapper, 'exec', '--process', one, '--detach', 'id']);
    await systemExec.run([wrapper, 'exec', `--process=${two}`, 'id']);
    expect([await readFile(one, 'utf8'), await readFile(two, 'utf8')]).toEqual([left, left]);
  });

  it('changes nothing for other verbs', async () => {
    const config = await file('config.json');
    const result = await systemExec.run([wrapper, 'kill', 'id', 'KILL'], { cwd: folder });
    expect(result.stdout).toBe('runc kill id KILL\n');
    expect(await readFile(config, 'utf8')).toBe(asked);
  });

  it('fails loudly, and does not start runc, when the file cannot be rewritten', async () => {
    const result = await systemExec.run([wrapper, 'create', '--bundle', join(folder, 'missing'), 'id']);
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout).toBe('');
  });
});
