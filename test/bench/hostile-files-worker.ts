import { parentPort, workerData } from 'node:worker_threads';
import { readHostileFiles } from './hostile-files.ts';

/** A thread of its own, since only a thread can be given less memory than the process has. */
const { count, seed } = workerData as { count: number; seed: number };
parentPort?.postMessage(readHostileFiles(count, seed));
