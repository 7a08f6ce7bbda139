import { expect, test } from 'vitest';
import { runLifecycles } from './lifecycle-model.ts';

// "npm run bench" runs a hundred times as many.
test('a hundred random lives of sessions, kills and refusals among them, violate nothing', {
  timeout: 240_000,
}, async () => {
  const { runs, steps } = await runLifecycles(100, 20_261_125);
  process.stdout.write(`  lifecycle: ${runs} runs, ${steps} steps, 0 violations\n`);
  expect(steps).toBeGreaterThan(runs);
});
