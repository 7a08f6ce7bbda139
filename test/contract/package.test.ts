import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mustSucceed, systemExec } from '../../engine/system/exec.ts';
import { document, makePlace, root } from './run-kubewright.ts';

/** What is packed, and what it is built from. */
const sources = [
  'engine',
  'clusters',
  'scenarios',
  'web/client',
  'web/server',
  'web/protocol.ts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.config.ts',
  'LICENSE',
];
const installWithinMs = 600_000;
let work = '';
let installed = '';
const program = () => join(work, 'app', 'node_modules', '.bin', 'kubewright');

/**
 * The node that runs this test comes first on the PATH: `#!/usr/bin/env node` of npm and of the installed program find
 * it, as on the machine of a user whose Node is new enough.
 */
const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };

/**
 * Packs a copy: building in the checkout would take the page away from under a server that runs there, and npm's
 * "prepare" would write into its node_modules.
 */
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'kubewright-package-'));
  const copy = join(work, 'copy');
  for (const source of sources) {
    await cp(join(root, source), join(copy, source), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules' && path !== join(root, 'web/client/dist'),
    });
  }
  await mkdir(join(copy, 'node_modules'));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name === '.bin') continue;
    await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  const links = { recursive: true, verbatimSymlinks: true };
  await cp(join(root, 'node_modules', '.bin'), join(copy, 'node_modules', '.bin'), links);

  const quick = { env, timeoutMs: installWithinMs };
  await mustSucceed(systemExec, ['npm', 'pack', '--pack-destination', work], { ...quick, cwd: copy });
  const [tarball = 'none'] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
  const app = join(work, 'app');
  await mkdir(app);
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', app, join(work, tarball)];
  await mustSucceed(systemExec, install, { ...quick, cwd: app });
  installed = join(app, 'node_modules', 'kubewright');
}, installWithinMs);

afterAll(async () => {
  if (work !== '') await rm(work, { recursive: true, force: true });
});

/** Every file below a folder with its content and whether it can be run: what image tags and proofs are computed from. */
async function describeFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const described = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<[string, string]> => {
      const path = join(entry.parentPath, entry.name);
      const mode = ((await stat(path)).mode & 0o100) === 0 ? 'file' : 'program';
      return [path.slice(folder.length), `${mode} ${await readFile(path, 'base64')}`];
    });
  return Object.fromEntries(await Promise.all(described));
}

describe('the packed and installed program', () => {
  test('is JavaScript only, with everything that is needed at run time', async () => {
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/engine/cli/main.js',
        'dist/engine/witness/main.js',
        'engine/scenario/scenario.schema.json',
        'web/client/dist/index.html',
        'clusters/host/runc-without-sys-resource.sh',
        'LICENSE',
      ]),
    );
    expect(files.filter((file) => /^(test|docs|reference|\.ci)\b/.test(file))).toEqual([]);
  });

  test.each([
    'scenarios',
    'clusters/shapes',
    'clusters/workloads',
    'clusters/student-host',
    'clusters/witness',
  ])('has %s as they are here, to the byte and the mode', async (folder) => {
    const here = Object.entries(await describeFolder(join(root, folder)));
    // What is not proven is not packed.
    const proven = here.filter(([path]) => !path.startsWith('/.drafts/'));
    expect(proven.length).toBeGreaterThan(0);
    expect(await describeFolder(join(installed, folder))).toEqual(Object.fromEntries(proven));
  });

  test('has the inputs of the node image as they are here, to the byte and the mode', async () => {
    const here = await describeFolder(join(root, 'clusters/node-image'));
    const inputs = Object.fromEntries(Object.entries(here).filter(([path]) => !path.endsWith('.ts')));
    expect(await describeFolder(join(installed, 'clusters/node-image'))).toEqual(inputs);
  });

  test('lists the scenarios as the checkout does', async () => {
    const place = await makePlace(program());
    const result = await place.run([program(), 'list', '--json'], { env });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const checkout = await (await makePlace()).kubewright('list', '--json');
    expect(document(result)).toEqual(document(checkout));
  });

  test('lints its scenarios, prints the schema and keeps sessions', async () => {
    const place = await makePlace(program());
    const lint = await place.run([program(), 'lint'], { env });
    expect(lint).toMatchObject({ exitCode: 0, stdout: '' });
    expect(lint.stderr).toContain('no problem');
    const schema = await readFile(join(installed, 'engine/scenario/scenario.schema.json'), 'utf8');
    expect(document(await place.run([program(), 'schema'], { env }))).toEqual(JSON.parse(schema));
    expect(document(await place.run([program(), 'sessions', '--json'], { env }))).toEqual([]);
  });

  test('ends as the checkout does where no engine answers', async () => {
    const place = await makePlace(program());
    const start = await place.run([program(), 'start', 'kubelet-stopped', '--json'], { env });
    expect(start).toMatchObject({ exitCode: 3, stdout: '' });
    expect(start.stderr).toContain('remedy: Run "kubewright doctor"');
  });

  test('serves the page', async () => {
    const place = await makePlace(program());
    const script = `
      "$0" serve --port 0 > "$1/out" 2> "$1/err" & server=$!
      until [ -s "$1/out" ] || ! kill -0 $server 2>/dev/null; do sleep 0.1; done
      kill -TERM $server
      wait $server`;
    const { exitCode } = await place.run(['sh', '-c', script, program(), place.home], { env });
    expect(exitCode, await readFile(join(place.home, 'err'), 'utf8')).toBe(0);
    expect(await readFile(join(place.home, 'out'), 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
  });
});
