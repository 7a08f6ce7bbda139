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

/** Less is better in all of them. */
export function inWords(ratio: number): string {
  return ratio >= 1 ? `${ratio} times better` : `${Math.round(100 / ratio) / 100} times as much`;
}
