import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../engine/scenario/document.ts';
import { folderLimits } from '../../../engine/scenario/files.ts';
import { loadScenario } from '../../../engine/scenario/load.ts';
import { readHostileFiles } from '../../bench/hostile-files.ts';
import { changed, makeScenarioFolder } from './scenario-folder.ts';

const corpus = new URL('./corpus/', import.meta.url);

// Two files of 1.8 KB that abort Node 20 and 22 when they get as far as the parser, at the latest the second time.
test.each(await readdir(corpus))('corpus/%s is refused, ten times in one process', async (name) => {
  const text = await readFile(new URL(name, corpus), 'utf8');
  expect(text.length).toBeLessThanOrEqual(1_801);
  for (let time = 0; time < 10; time += 1) {
    expect(parseYaml(text, name).problems).toMatchObject([{ message: 'nested more than 32 deep', line: 1 }]);
  }
});

// "npm run bench" reads a hundred times as many.
test('ten thousand generated files: none crashes or hangs, and each refusal has a place', { timeout: 120_000 }, () => {
  const { files, refused, slow, slowestMs, grownMiB } = readHostileFiles(10_000, 20_261_125);
  process.stdout.write(
    `  ${files} hostile files: ${refused} refused, slowest ${slowestMs} ms of the CPU, ${grownMiB} MiB more\n`,
  );
  expect(files).toBe(10_000);
  expect(refused).toBeGreaterThan(5_000);
  expect(slow).toBe(0);
  expect(grownMiB).toBeLessThan(512);
});

describe('the folder of a scenario', () => {
  const problemsOf = async (prepare: (folder: string) => Promise<unknown>) => {
    const { folder, dependencies } = await makeScenarioFolder();
    await prepare(folder);
    const { scenario, problems } = await loadScenario(folder, dependencies);
    return { scenario, words: problems.map(({ message }) => message) };
  };

  test('may hold further files and folders', async () => {
    const { scenario, words } = await problemsOf(async (folder) => {
      await mkdir(join(folder, 'files', 'deeper'), { recursive: true });
      await writeFile(join(folder, 'files', 'deeper', 'note.txt'), 'hello');
    });
    expect([scenario?.id, words]).toEqual(['mend-the-door', []]);
  });

  test('with too many files is refused', async () => {
    const { words } = await problemsOf((folder) =>
      Promise.all(
        Array.from({ length: folderLimits.files + 1 }, (_, index) => writeFile(join(folder, `f${index}`), '')),
      ),
    );
    expect(words).toEqual([`the folder has more than ${folderLimits.files} files`]);
  });

  test('with too many bytes is refused, whatever files they are in', async () => {
    const { words } = await problemsOf(async (folder) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), Buffer.alloc(folderLimits.bytes / 2));
    });
    expect(words).toEqual([`the files of the folder have more than ${folderLimits.bytes} bytes together`]);
  });

  test('that is deep is refused', async () => {
    const { words } = await problemsOf((folder) => mkdir(join(folder, ...Array(12).fill('d')), { recursive: true }));
    expect(words).toEqual([`the folder is nested more than ${folderLimits.depth} deep`]);
  });

  test('with a link that leads out, or a pipe, is refused; nothing is read through them', async () => {
    const { words } = await problemsOf(async (folder) => {
      await symlink('/etc', join(folder, 'etc'));
      await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);
    });
    expect(words).toEqual(['"etc" is a link', '"pipe" is neither a file nor a folder']);
  });

  test('whose scenario.yaml is a pipe, a device or a link out is refused and not waited for', async () => {
    for (const make of [
      (path: string) => promisify(execFile)('mkfifo', [path]),
      (path: string) => symlink('/dev/zero', path),
      (path: string) => symlink('/etc/passwd', path),
    ]) {
      const { folder, dependencies } = await makeScenarioFolder();
      const elsewhere = join(folder, '..', 'other');
      await mkdir(elsewhere);
      await make(join(elsewhere, 'scenario.yaml'));
      const { scenario, problems } = await loadScenario(elsewhere, dependencies);
      expect(scenario).toBeUndefined();
      expect(problems).toHaveLength(1);
    }
  });
});

test('words of the shell in every text of a file stay words', async () => {
  const words = '$(touch /tmp/kubewright-canary); `reboot` -rf --';
  const { folder, dependencies } = await makeScenarioFolder({
    'scenario.yaml': changed('title: ', `title: ${JSON.stringify(words)} #`),
  });
  const { scenario } = await loadScenario(folder, dependencies);
  expect(scenario?.title).toBe(words);
});
