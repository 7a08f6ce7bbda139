import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemExec } from '../../../engine/system/exec.ts';
import { installationRoot } from '../../../engine/system/paths.ts';

/** A bare clone with an npm that only notes what it is asked to do, and brings a node that prints its words. */
let clone: string;

const fakeNode = '#!/bin/sh\ncase $1 in -e) exit 0 ;; esac\necho "node $*"\n';
const fakeNpm = `#!/bin/sh
echo "npm $*" >> "$NOTES"
[ "$FAIL" = no ] || exit 1
mkdir -p node_modules/.bin
printf '%s' '${fakeNode}' > node_modules/.bin/node
chmod +x node_modules/.bin/node
`;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'kubewright-clone-'));
  await mkdir(join(clone, 'clusters/host'), { recursive: true });
  await mkdir(join(clone, 'bin'));
  for (const script of ['prepare.sh', 'first-run.sh', 'start.sh', 'test.sh', 'bench.sh']) {
    await copyFile(join(installationRoot(), 'clusters/host', script), join(clone, 'clusters/host', script));
  }
  await writeFile(join(clone, 'package-lock.json'), '{"lockfileVersion": 3}\n');
  await writeFile(join(clone, 'bin/npm'), fakeNpm);
  await writeFile(join(clone, 'bin/node'), '#!/bin/sh\nexit 1\n');
  for (const program of ['npm', 'node']) await chmod(join(clone, 'bin', program), 0o755);
});
afterEach(() => rm(clone, { recursive: true }));

function run(script: string, words: readonly string[] = [], fail: 'yes' | 'no' = 'no') {
  const env = { PATH: `${clone}/bin:/usr/bin:/bin`, NOTES: join(clone, 'notes'), FAIL: fail };
  return systemExec.run(['sh', join(clone, 'clusters/host', script), ...words], { env });
}

async function installs() {
  return (await readFile(join(clone, 'notes'), 'utf8')).trim().split('\n').length;
}

describe('npm start in a bare clone', () => {
  it('installs the dependencies once, and again only when the lock file has changed', async () => {
    expect((await run('start.sh')).stderr).toContain('npm ci');
    expect((await run('start.sh')).stderr).not.toContain('npm ci');
    expect(await installs()).toBe(1);
    await writeFile(join(clone, 'package-lock.json'), '{"lockfileVersion": 3, "x": 1}\n');
    await run('start.sh');
    expect(await installs()).toBe(2);
  });

  it('gives --yes to the first run and everything else, untouched, to the server', async () => {
    const result = await run('start.sh', ['--port', '7090', '--yes', '--host', 'a b']);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toBe(
      'node engine/cli/main.ts first-run --yes\nnode --max-semi-space-size=1 engine/cli/main.ts serve --port 7090 --host a b\n',
    );
  });

  it('ends with exit code 3 and tries once when npm ci fails', async () => {
    const result = await run('start.sh', [], 'yes');
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toContain('npm ci failed');
    expect(await installs()).toBe(1);
  });

  it('refuses an old Node when the one of the lock file does not run', async () => {
    await run('start.sh');
    await writeFile(join(clone, 'node_modules/.bin/node'), '#!/bin/sh\nexit 1\n');
    const result = await run('start.sh');
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toContain('22.22');
  });
});

describe('npm test in a bare clone', () => {
  it('makes the machine ready for tests, then runs vitest with the words given', async () => {
    const result = await run('test.sh', ['--yes', '--project', 'unit']);
    expect(result.stdout).toBe(
      'node engine/cli/main.ts first-run --for tests --yes\nnode node_modules/vitest/vitest.mjs run --project unit\n',
    );
  });
});

describe('npm run bench in a bare clone', () => {
  it('makes the machine ready as for tests, the page included, then measures what is named', async () => {
    const result = await run('bench.sh', ['first-page', '--yes', '--rounds', '1']);
    expect(result.stdout).toBe(
      'node engine/cli/main.ts first-run --for tests --yes\nnode test/bench/main.ts first-page --rounds 1\n',
    );
  });
});
