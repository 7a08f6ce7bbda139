import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Every static check, side by side as far as there are cores; each one's output is printed whole, failures last. */
const checks: readonly (readonly [name: string, ...argv: string[]])[] = [
  ['types', 'tsc', '--noEmit', '-p', '.'],
  ['types of the client', 'tsc', '--noEmit', '-p', 'web/client'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['unused code', 'knip'],
  ['import directions', 'vitest', 'run', '--project', 'unit', 'test/architecture.test.ts'],
  ['scenarios', 'kubewright', 'lint'],
  ['proof of the scenarios', 'node', 'test/verification.ts'],
];

interface Outcome {
  readonly name: string;
  readonly code: number;
  readonly output: string;
}

function run([name, file, ...args]: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${file}`, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ name: name ?? '', code: 1, output: error.message }));
    child.on('close', (code) =>
      resolve({ name: name ?? '', code: code ?? 1, output: Buffer.concat(chunks).toString() }),
    );
  });
}

const waiting = [...checks];
const outcomes: Outcome[] = [];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) outcomes.push(await run(next));
  }),
);
const failed = outcomes.filter((outcome) => outcome.code !== 0);
for (const { name, output } of failed) process.stdout.write(`\n== ${name} ==\n${output}\n`);
for (const { name } of checks.map(([name]) => ({ name }))) {
  process.stdout.write(`${failed.some((outcome) => outcome.name === name) ? 'failed' : 'clean '}  ${name}\n`);
}
process.exit(failed.length === 0 ? 0 : 1);
