import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '../real/command-line.ts';
import type { Spread } from './bench.ts';

/** One figure of docs/bench.json. */
export interface Row {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  /** ISO 8601. */
  readonly date: string;
  readonly ours: Spread;
  readonly baseline?: Spread;
  /** baseline / ours, of the medians: how many times better. */
  readonly ratio?: number;
}

/** docs/bench.json, or what else a run was told to write. Rows of benches that did not run in the last run are from an earlier one, see their date. */
export interface Report {
  readonly date: string;
  readonly host: Readonly<Record<string, unknown>>;
  readonly rows: readonly Row[];
}

export const reportPath = join(checkout, 'docs', 'bench.json');
export const picturePath = join(checkout, 'docs', 'bench.svg');

/**
 * The report of earlier runs, without rows where there is none yet.
 * @throws where what is there is no report, whose rows would be lost by writing over it
 */
export async function readReport(path: string): Promise<Pick<Report, 'rows'>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { rows: [] };
    throw error;
  }
  try {
    const found = JSON.parse(text) as Partial<Report>;
    if (Array.isArray(found.rows)) return { rows: found.rows };
  } catch {
    // Told below.
  }
  throw new Error(`${path} is not a report of the bench: mend it, move it away, or name another file with --to`);
}

/** Less is better in all of them. */
export function inWords(ratio: number): string {
  return ratio >= 1 ? `${ratio} times better` : `${Math.round(100 / ratio) / 100} times as much`;
}
