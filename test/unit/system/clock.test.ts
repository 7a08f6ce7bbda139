import { describe, expect, test } from 'vitest';
import { retryUntil, systemClock } from '../../../engine/system/clock.ts';
import { FakeClock } from './fake-clock.ts';

describe('retryUntil', () => {
  test('returns the first value that is not undefined and does not sleep after it', async () => {
    const clock = new FakeClock();
    let attempts = 0;
    const value = await retryUntil(clock, { withinMs: 10_000, everyMs: 1_000 }, async () => {
      attempts += 1;
      return attempts === 3 ? 'there' : undefined;
    });
    expect(value).toBe('there');
    expect(clock.slept).toEqual([1_000, 1_000]);
  });

  test('takes false, zero and the empty string for values', async () => {
    for (const value of [false, 0, ''] as const) {
      expect(await retryUntil(new FakeClock(), { withinMs: 0, everyMs: 1 }, async () => value)).toBe(value);
    }
  });

  test('tries once although there is no time at all', async () => {
    const clock = new FakeClock();
    expect(await retryUntil(clock, { withinMs: 0, everyMs: 500 }, async () => 1)).toBe(1);
    expect(await retryUntil(clock, { withinMs: 0, everyMs: 500 }, async () => undefined)).toBeUndefined();
    expect(clock.slept).toEqual([]);
  });

  test('looks a last time when the time is over', async () => {
    const clock = new FakeClock();
    const lookedAt: number[] = [];
    const value = await retryUntil(clock, { withinMs: 2_500, everyMs: 1_000 }, async () => {
      lookedAt.push(clock.monotonic());
      return undefined;
    });
    expect(value).toBeUndefined();
    expect(lookedAt).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test('does not swallow what the attempt throws', async () => {
    const attempt = async () => {
      throw new Error('no such thing');
    };
    await expect(retryUntil(new FakeClock(), { withinMs: 1_000, everyMs: 100 }, attempt)).rejects.toThrow(
      'no such thing',
    );
  });

  test('ends with the reason of the signal while it sleeps', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const reason = new Error('the user left');
    const waiting = retryUntil(clock, { withinMs: 60_000, everyMs: 1_000, signal: abort.signal }, async () => {
      abort.abort(reason);
      return undefined;
    });
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('systemClock.sleep', () => {
  test('rejects with the reason when the signal fires, and at once when it has fired', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const sleeping = systemClock.sleep(600_000, abort.signal);
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(systemClock.sleep(600_000, abort.signal)).rejects.toBe(reason);
  });

  test('takes its listener off the signal when it has slept', async () => {
    const signal = new AbortController().signal;
    const removed: string[] = [];
    signal.removeEventListener = (type: string) => void removed.push(type);
    await systemClock.sleep(1, signal);
    expect(removed).toEqual(['abort']);
  });
});
