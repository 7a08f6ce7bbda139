/** One thing that is measured, beside what it is compared with. All benches are in main.ts. */
export interface Bench {
  readonly name: string;
  /** What is measured and up to which line, in one sentence. */
  readonly about: string;
  /** Measures everything, in rounds that take turns, and says what it does meanwhile. */
  run(options: BenchOptions): Promise<readonly Measurement[]>;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Numbers the rounds from 1 on, fewer of them when time is up. */
  readonly turns: () => Iterable<number>;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The rounds from 1 on; none but the first begins when so many minutes of the monotonic clock have passed. */
export function* turnsOf(rounds: number, minutes: number, monotonic = () => performance.now()): Generator<number> {
  const end = monotonic() + minutes * 60_000;
  for (let round = 1; round <= rounds && (round === 1 || monotonic() < end); round += 1) yield round;
}

/** Samples of one figure, less is better. */
export interface Measurement {
  /** What it is a figure of, such as "ready, restored". */
  readonly name: string;
  readonly unit: 's' | 'CPU s' | 'cores' | 'ms' | 'MiB' | 'files' | 'differences' | 'objects';
  readonly ours: readonly number[];
  /** Samples of the same figure of what it is compared with, from the same rounds. */
  readonly baseline?: readonly number[];
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly n: number;
}

/** @throws RangeError without samples */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError('nothing was measured');
  const half = sorted.length / 2;
  const median = ((sorted[Math.ceil(half) - 1] ?? min) + (sorted[Math.floor(half)] ?? max)) / 2;
  return { min: round(min), median: round(median), max: round(max), n: sorted.length };
}

/** The sample that this share of all, such as 0.95, does not exceed (nearest rank). NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  return samples.toSorted((left, right) => left - right)[Math.ceil(share * samples.length) - 1] ?? NaN;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
