import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerificationReport } from '../../engine/cli/verify.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type CommandLine, checkout, createCommandLine, engineObjects, leftSince } from './command-line.ts';

let kubewright: CommandLine;
beforeAll(async () => {
  kubewright = await createCommandLine();
});
afterAll(() => kubewright.end());

test('every scenario proves itself: healthy, broken, solution, and one wrong procedure drawn by the commit', async () => {
  const before = await engineObjects();
  const { stdout: commit } = await systemExec.run(['git', 'rev-parse', 'HEAD'], { cwd: checkout });
  const file = join(kubewright.home, 'verification.json');
  const result = await kubewright.run(['verify', '--all', '--draw', commit.trim(), '--json', file], {
    onLine: (line) => process.stdout.write(`  ${line}\n`),
  });
  const report = JSON.parse(await readFile(file, 'utf8')) as VerificationReport;
  expect(result.exitCode, result.stdout).toBe(0);
  expect(report.ok).toBe(true);
  expect(report.scenarios.map((scenario) => scenario.id)).toEqual([
    'drain-for-maintenance',
    'kubelet-stopped',
    'pdb-blocked-drain',
  ]);
  for (const scenario of report.scenarios) {
    expect(scenario.runs.map((run) => run.kind)).toEqual(['healthy', 'broken', 'solution', 'wrong']);
    expect(scenario.runs.every((run) => run.asExpected)).toBe(true);
    expect(scenario.runs.at(-1)?.failed.length).toBeGreaterThan(0);
  }
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
  expect(await leftSince(before)).toEqual([]);
});
