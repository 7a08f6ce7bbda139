import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { KubewrightError } from '../domain/errors.ts';
import type { ScenarioProof } from '../drill/proof.ts';

export interface VerificationReport {
  readonly date: string;
  readonly host: { readonly cores: number; readonly memoryGiB: number; readonly platform: string };
  readonly ok: boolean;
  readonly scenarios: readonly ScenarioProof[];
}

/** @param now wall clock ms. */
export function makeReport(scenarios: readonly ScenarioProof[], ok: boolean, now: number): VerificationReport {
  return {
    date: new Date(now).toISOString(),
    host: {
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    ok,
    scenarios,
  };
}

/** Scenarios of a report file; none when there is no such file. @throws KubewrightError USAGE when it is something else. */
export async function readReport(path: string): Promise<readonly ScenarioProof[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as VerificationReport).scenarios;
  } catch {
    throw new KubewrightError('USAGE', `${path} is there and is no verification report`, {
      remedy: 'Name another file, or remove this one.',
    });
  }
}

/** Rows of scenarios that this run is not about stay in the file as they are. */
export async function writeReport(path: string, report: VerificationReport): Promise<void> {
  const names = new Set(report.scenarios.map(({ id }) => id));
  const others = (await readReport(path)).filter((proof) => !names.has(proof.id));
  const scenarios = [...others, ...report.scenarios].sort((a, b) => a.id.localeCompare(b.id));
  const ok = report.ok && others.every((proof) => proof.runs.every((run) => run.asExpected));
  await writeWhole(path, `${JSON.stringify({ ...report, ok, scenarios }, undefined, 2)}\n`);
}

/** JUnit XML as CI systems show it: a suite a scenario, a case a row (seconds; what was not as expected is a failure). */
export async function writeJunit(path: string, proofs: readonly ScenarioProof[]): Promise<void> {
  const suites = proofs.map(({ id, runs }) => {
    const cases = runs.map((run) => {
      const open = `    <testcase classname="${escape(id)}" name="${escape(`${run.kind} ${run.name}`)}" time="${run.seconds}"`;
      if (run.asExpected) return `${open}/>`;
      const message = escape(run.why ?? `failed: ${run.failed.join(', ')}`);
      return `${open}>\n      <failure message="${message}"/>\n    </testcase>`;
    });
    const bad = runs.filter((run) => !run.asExpected).length;
    const time = runs.reduce((sum, run) => sum + run.seconds, 0).toFixed(1);
    return `  <testsuite name="${escape(id)}" tests="${runs.length}" failures="${bad}" time="${time}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  await writeWhole(path, `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`);
}

/** A reader never sees half a report, and an interruption leaves the former one. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML 1.0 has no place for most control characters, not even escaped. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"\n]/g, (char) => entities[char] ?? char).replaceAll(/[^\t\x20-\uFFFD]/g, '');
}
