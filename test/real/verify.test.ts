import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readReport, type VerificationReport } from '../../engine/cli/verification-report.ts';
import { scenarioPlace } from '../../engine/compose.ts';
import { loadAll } from '../../engine/scenario/load.ts';
import type { Scenario } from '../../engine/scenario/scenario.ts';
import { systemExec } from '../../engine/system/exec.ts';
import { type CommandLine, checkout, createCommandLine, engineObjects, leftSince } from './command-line.ts';
import { besideEachOther, budgetAfter, chooseShare, fitsHere, secondsOf } from './share.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Seconds since the epoch: when the whole run began. */
    readonly beganAt: number;
  }
}

let kubewright: CommandLine;
beforeAll(async () => {
  kubewright = await createCommandLine();
});
afterAll(() => kubewright.end());

const git = async (...argv: string[]) => (await systemExec.run(['git', ...argv], { cwd: checkout })).stdout.trim();

test("a team's own runbook is judged: the right one passes, one with a step left out fails on the named check", async () => {
  const runbook = join(checkout, 'scenarios', 'drain-for-maintenance', 'solution.sh');
  const shortened = join(kubewright.home, 'shortened.sh');
  const text = await readFile(runbook, 'utf8');
  const without = text.split('\n').filter((line) => !line.includes('kubectl uncordon'));
  expect(without.length).toBe(text.split('\n').length - 1);
  await writeFile(shortened, without.join('\n'));
  const judged = async (procedure: string) => {
    const junit = join(kubewright.home, 'junit.xml');
    const argv = ['verify', 'drain-for-maintenance', '--procedure', procedure, '--junit', junit];
    return { exitCode: (await kubewright.run(argv)).exitCode, junit: await readFile(junit, 'utf8') };
  };
  const good = await judged(runbook);
  expect(good).toMatchObject({ exitCode: 0, junit: expect.stringContaining('tests="3" failures="0"') as string });
  const bad = await judged(shortened);
  expect(bad).toMatchObject({ exitCode: 1, junit: expect.stringContaining('tests="3" failures="1"') as string });
  expect(bad.junit).toContain('own shortened');
  expect(bad.junit).toContain('w1-returned should not have failed');
});

test('scenarios prove themselves: healthy, broken, solution, and a wrong procedure drawn by the commit', async () => {
  const before = await engineObjects();
  const budget = budgetAfter(Date.now() / 1000 - inject('beganAt'));
  const seed = await git('rev-parse', 'HEAD');
  const { folder, dependencies } = scenarioPlace();
  const { scenarios } = await loadAll(folder, dependencies);
  // In a clone without history nothing is known to be touched, and the draw alone decides.
  const changed = (await git('diff', '--name-only', 'HEAD~1', 'HEAD')).split('\n');
  const isChanged = ({ id, sources }: Scenario) =>
    changed.some((name) => name.startsWith(`scenarios/${id}/`) || sources.includes(name));
  const touched = new Set(scenarios.filter(isChanged).map(({ id }) => id));
  const known = await readReport(join(checkout, 'docs', 'verification.json'));
  const needed = (scenario: Scenario) => secondsOf(scenario, seed, known);
  const isTouched = ({ id }: Scenario) => touched.has(id);
  const chosen = chooseShare(scenarios, { touched, seed, budget, report: known });
  process.stdout.write(
    `  ${chosen.length} of ${scenarios.length} in ${budget.toFixed(0)} s: ${chosen.map(({ id }) => id).join(', ')}\n`,
  );
  expect(chosen).not.toEqual([]);

  const file = join(kubewright.home, 'verification.json');
  const proven: string[] = [];
  const done = { needed: 0, took: 0 };
  let lanes = 1;
  // The short ones first: they tell how slow this machine is.
  const waiting = chosen.toSorted((a, b) => Number(isTouched(b)) - Number(isTouched(a)) || needed(a) - needed(b));
  while (waiting.length > 0) {
    const next = waiting.splice(0, lanes);
    // Each has its procedures one after the other.
    const seconds = Math.max(...next.map(needed));
    const ids = next.map(({ id }) => id);
    if (!next.some(isTouched) && !fitsHere(seconds, done, budget)) {
      process.stdout.write(
        `  ${ids.join(' and ')}: left out, since this machine has taken ${done.took.toFixed(0)} s so far\n`,
      );
      continue;
    }
    const began = performance.now();
    const argv = ['verify', ...ids, '--draw', seed, '--jobs', String(lanes), '--json', file];
    const result = await kubewright.run(argv, { onLine: (line) => process.stdout.write(`  ${line}\n`) });
    expect(result.exitCode, result.stdout).toBe(0);
    done.took += (performance.now() - began) / 1_000;
    done.needed += seconds;
    if (proven.length === 0) lanes = besideEachOther(done);
    proven.push(...ids);
  }
  expect(proven).not.toEqual([]);
  const report = JSON.parse(await readFile(file, 'utf8')) as VerificationReport;
  expect(report.ok).toBe(true);
  expect(report.scenarios.map((scenario) => scenario.id).toSorted()).toEqual(proven.toSorted());
  for (const scenario of report.scenarios) {
    expect(scenario.runs.map((run) => run.kind)).toEqual(['healthy', 'broken', 'solution', 'wrong']);
    expect(scenario.runs.every((run) => run.asExpected)).toBe(true);
    expect(scenario.runs.at(-1)?.failed.length).toBeGreaterThan(0);
  }
  expect(await kubewright.json(['sessions', '--json'])).toEqual([]);
  expect(await leftSince(before, kubewright)).toEqual([]);
});
