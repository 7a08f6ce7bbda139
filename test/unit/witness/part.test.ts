import { expect, test } from 'vitest';
import { startPart } from '../../../engine/witness/part.ts';
import { FakeClock } from './fake-clock.ts';

test('a part that fails is started again after a second, and the failure is told', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  let runs = 0;
  const part = startPart('probe', { clock, log: (message) => void told.push(message) }, (signal) => {
    runs += 1;
    if (runs === 1) throw new Error('disk full');
    return clock.sleep(60_000, signal);
  });
  await clock.advance(999);
  expect(runs).toBe(1);
  await clock.advance(1);
  expect(runs).toBe(2);
  expect(told).toEqual([expect.stringMatching(/^probe is started again after: Error: disk full/)]);
  await part.stop();
  await clock.advance(10_000);
  expect(runs).toBe(2);
});

test('stopping waits until the part has done what it does at its end', async () => {
  const clock = new FakeClock();
  let closed = false;
  const part = startPart('audit sink', { clock, log: () => {} }, async (signal) => {
    await clock.sleep(60_000, signal);
    await Promise.resolve();
    closed = true;
  });
  await part.stop();
  expect(closed).toBe(true);
});
