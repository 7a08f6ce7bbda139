import { parentPort, workerData } from 'node:worker_threads';
import { readHostileFiles } from './hostile-files.ts';

/** A thread of its own, since only a thread can be given less memory than the process has. */
const { count, seed, over } = workerData as { count: number; seed: number; over: Int32Array<SharedArrayBuffer> };
parentPort?.postMessage(readHostileFiles(count, seed, () => Atomics.load(over, 0) !== 0));
