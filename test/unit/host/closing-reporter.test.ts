import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemExec } from '../../../engine/system/exec.ts';
import { installationRoot } from '../../../engine/system/paths.ts';

/** A project of its own, run by the real vitest in a process of its own. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubewright-closing-'));
  for (const part of ['unit', 'real', 'e2e']) await mkdir(join(folder, 'test', part), { recursive: true });
  const reporter = join(installationRoot(), 'test/closing-reporter.ts');
  await writeFile(
    join(folder, 'vitest.config.ts'),
    `import { createClosingReporter } from ${JSON.stringify(reporter)};\nexport default { test: { globals: true, reporters: ['default', createClosingReporter()] } };\n`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function run(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'test', name), text);
  const vitest = join(installationRoot(), 'node_modules/vitest/vitest.mjs');
  const result = await systemExec.run([process.execPath, vitest, 'run', '--root', folder], { cwd: folder });
  return { exitCode: result.exitCode, lines: result.stdout.trimEnd().split('\n') };
}

it('ends a green run with its counts, those of real-cluster and browser tests before it', async () => {
  const { exitCode, lines } = await run({
    'unit/a.test.ts': "test('a', () => {}); test('b', () => {}); test.skip('c', () => {});",
    'real/a.test.ts': "test('a', () => {}); process.on('exit', () => {});",
    'e2e/a.test.ts': "test('a', () => {}); test('b', () => {});",
  });
  expect(exitCode).toBe(0);
  expect(lines.slice(-3)).toEqual([
    'real-cluster tests: 1 passed, 0 failed, 0 skipped',
    'browser tests: 2 passed, 0 failed, 0 skipped',
    '5 passed, 0 failed, 1 skipped',
  ]);
});

it('counts what has no failed test of its own as failed: a broken file, a broken hook, an error outside tests', async () => {
  const { exitCode, lines } = await run({
    'unit/failing.test.ts': "test('a', () => { throw new Error('no'); });",
    'unit/broken.test.ts': "import './is-not-there.ts'; test('a', () => {});",
    'unit/hook.test.ts': "beforeAll(() => { throw new Error('no'); }); test('a', () => {});",
    'unit/outside.test.ts': "test('a', () => { void Promise.reject(new Error('nobody waits')); });",
  });
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toMatch(/^1 passed, 4 failed, \d skipped$/);
});

it('counts nothing and fails when no test ran', async () => {
  const { exitCode, lines } = await run({});
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 0 skipped');
});
