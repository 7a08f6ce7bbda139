/** Prints the journal's lines, for the host (docker exec <witness> node …/print.ts). A torn last line is left out. */
import { readFileSync } from 'node:fs';
import { witnessFiles } from './config.ts';

try {
  const journal = readFileSync(witnessFiles().journal);
  process.stdout.write(journal.subarray(0, journal.lastIndexOf('\n') + 1));
} catch (error) {
  process.stderr.write(`the witness has no journal: ${String(error)}\n`);
  process.exitCode = 1;
}
