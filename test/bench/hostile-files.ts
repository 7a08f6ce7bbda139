import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { parseYaml } from '../../engine/scenario/document.ts';
import { explain, translateIssues } from '../../engine/scenario/issues.ts';
import { createScenarioSchema } from '../../engine/scenario/schema.ts';
import { hostileFile } from '../unit/scenario/hostile.ts';
import { smallChecks, smallFaults } from '../unit/scenario/small-kinds.ts';
import type { Bench } from './bench.ts';

export interface HostileFiles {
  readonly files: number;
  readonly refused: number;
  /** Files that took longer than two seconds of the CPU, and the longest, milliseconds of the CPU. */
  readonly slow: number;
  readonly slowestMs: number;
  /** How much more memory the process had at its largest than at the start, MiB. */
  readonly grownMiB: number;
  readonly seconds: number;
}

/** A file that takes longer is a hang to somebody who waits for "lint". */
const slowMs = 2_000;
const atATime = 1_000;

/**
 * Reads so many generated scenario files one after the other in this thread, as the loader does: guard, parser, schema,
 * and the sentences about what is wrong. A file that is refused without a place is an error, and so is anything thrown.
 * @param isOver looked at before every thousand files: nothing more is read then
 */
export function readHostileFiles(count: number, seed: number, isOver: () => boolean = () => false): HostileFiles {
  const schema = createScenarioSchema(smallFaults, smallChecks);
  const startedAt = performance.now();
  const before = process.memoryUsage().rss;
  let [files, refused, slow, slowestMs, largest] = [0, 0, 0, 0, before];
  while (files < count && !isOver()) {
    // A million files at once would be what fills the memory.
    const texts = fc.sample(hostileFile, { numRuns: Math.min(atATime, count - files), seed: seed + files });
    for (const text of texts) {
      const fileStartedAt = process.threadCpuUsage();
      const parsed = parseYaml(text, 'scenario.yaml');
      const result = parsed.value === undefined ? undefined : schema.safeParse(parsed.value, { error: explain });
      const issues = result?.success === false ? translateIssues(result.error.issues, parsed, 'scenario.yaml') : [];
      const problems = [...parsed.problems, ...issues];
      // The CPU's time of this thread: the clock tells of all else that the machine does, too.
      const { user, system } = process.threadCpuUsage(fileStartedAt);
      const took = (user + system) / 1_000;
      if (took > slowMs) slow += 1;
      slowestMs = Math.max(slowestMs, took);
      if (result?.success === true && parsed.problems.length === 0) continue;
      refused += 1;
      const placed = problems.length > 0 && problems.every(({ line, column }) => line >= 1 && column >= 1);
      if (!placed) throw new Error(`refused without a place: ${JSON.stringify(text)}`);
    }
    files += texts.length;
    largest = Math.max(largest, process.memoryUsage().rss);
    if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('the prototype of all objects was changed');
  }
  return {
    files,
    refused,
    slow,
    slowestMs: Math.round(slowestMs),
    grownMiB: Math.round((largest - before) / 2 ** 20),
    seconds: Math.round((performance.now() - startedAt) / 1_000),
  };
}

const aMillion = 1_000_000;
/** Each reads its part in a thread of its own: in one it took half an hour. */
const readers = 2;
/** Of each. What does not fit into this is memory that is not given back: the collector takes what it is given. */
const heapMiB = 128;

/** The tests read a hundredth of it. A file that crashes the parser ends the bench, as it would end "lint". */
export const hostileFiles: Bench = {
  name: 'hostile-files',
  about: `a million generated scenario files, read by ${readers} threads with a heap of ${heapMiB} MiB each`,
  async run({ say, signal }) {
    const seed = Date.now();
    const over = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const end = () => void Atomics.store(over, 0, 1);
    signal.addEventListener('abort', end);
    const part = aMillion / readers;
    try {
      const all = await Promise.all(
        Array.from({ length: readers }, (_, reader) => inSmallHeap(part, seed + reader * part, over)),
      ).finally(end);
      signal.throwIfAborted();
      const sum = (figure: 'files' | 'refused' | 'slow') => all.reduce((total, read) => total + read[figure], 0);
      // Memory is that of the process, which all of them see.
      const most = (figure: 'slowestMs' | 'grownMiB' | 'seconds') => Math.max(...all.map((read) => read[figure]));
      say(
        `  seed ${seed}: ${sum('files')} files, ${sum('refused')} refused, each with its place, in ${most('seconds')} s`,
      );
      return [
        { name: 'hostile files that took more than 2 s of the CPU', unit: 'files', ours: [sum('slow')] },
        { name: 'slowest hostile file, of the CPU', unit: 'ms', ours: [most('slowestMs')] },
        { name: 'memory grown by a million hostile files', unit: 'MiB', ours: [most('grownMiB')] },
      ];
    } finally {
      signal.removeEventListener('abort', end);
    }
  },
};

/** @param over not 0 when nothing more is to be read: a thread that is ended from outside takes the process with it (V8's fatal error) */
async function inSmallHeap(count: number, seed: number, over: Int32Array<SharedArrayBuffer>): Promise<HostileFiles> {
  const worker = new Worker(new URL('./hostile-files-worker.ts', import.meta.url), {
    workerData: { count, seed, over },
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
  // An error of the thread, also that its memory is at an end, comes as an error.
  const [result] = (await once(worker, 'message')) as [HostileFiles];
  return result;
}
