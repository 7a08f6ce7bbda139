import type { Clock } from '../../../engine/system/clock.ts';

/**
 * Time that passes only when everybody sleeps: the earliest sleeper wakes as soon as no promise is left to settle, and
 * the clock then shows the moment it asked for.
 */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  readonly #startedAt = Date.UTC(2026, 0, 2, 14, 0, 0);
  readonly #sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  #ms = 0;
  #ticking = false;

  #jumped = 0;

  now = () => this.#startedAt + this.#jumped + this.#ms;
  monotonic = () => this.#ms;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper = {
        at: this.#ms + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          this.slept.push(ms);
          resolve();
        },
      };
      if (signal?.aborted === true) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.add(sleeper);
      this.#tick();
    });
  }

  /** Lets time pass without anybody sleeping. */
  pass(ms: number): void {
    this.#ms += ms;
  }

  /** Somebody sets the wall clock, or the machine sleeps: no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    // After all promises that can settle have settled.
    setImmediate(() => {
      this.#ticking = false;
      const [next] = [...this.#sleepers].toSorted((a, b) => a.at - b.at);
      if (next === undefined) return;
      this.#sleepers.delete(next);
      this.#ms = Math.max(this.#ms, next.at);
      next.wake();
      this.#tick();
    });
  }
}
