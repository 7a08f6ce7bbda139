/** Time as an effect: tests pass a clock of their own. All figures are milliseconds. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds, for durations and deadlines. */
  monotonic(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/**
 * Polls until attempt returns something other than undefined, and returns it; undefined when the time is over.
 * The attempt runs at least once. Errors of attempt are the caller's: they are not swallowed here.
 */
export async function retryUntil<T>(
  clock: Clock,
  options: { withinMs: number; everyMs: number; signal?: AbortSignal | undefined },
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.monotonic() + options.withinMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (clock.monotonic() >= deadline) return undefined;
    await clock.sleep(options.everyMs, options.signal);
  }
}
