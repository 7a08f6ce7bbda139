/**
 * Time as an effect. The witness runs in a container with nothing but its own folder and domain/, so it has a clock of
 * its own instead of the engine's. All figures are milliseconds.
 */
export interface WitnessClock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds, for pace and deadlines. */
  monotonic(): number;
  /** Resolves after ms, or as soon as the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const wallClock: WitnessClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener('abort', finish, { once: true });
    }),
};

/**
 * Calls action at start, start + period, start + 2 periods … until the signal aborts. Turns are counted from the start,
 * so the pace does not drift; turns missed because the process was late are left out, never made up in a burst.
 */
export async function atPace(
  clock: WitnessClock,
  periodMs: number,
  signal: AbortSignal,
  action: (turn: number) => void | Promise<void>,
): Promise<void> {
  const start = clock.monotonic();
  let turn = 0;
  while (!signal.aborted) {
    await action(turn);
    turn = Math.max(turn + 1, Math.ceil((clock.monotonic() - start) / periodMs));
    await clock.sleep(Math.max(0, start + turn * periodMs - clock.monotonic()), signal);
    // Woken late, it is another turn by now; half a millisecond early (timers are rounded), it is not the one before.
    turn = Math.max(turn, Math.floor((clock.monotonic() - start) / periodMs));
  }
}
