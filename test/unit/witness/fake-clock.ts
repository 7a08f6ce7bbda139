import { setImmediate as turn } from 'node:timers/promises';
import type { WitnessClock } from '../../../engine/witness/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Virtual time: it passes only through advance(). */
export class FakeClock implements WitnessClock {
  time = 1_000_000;
  #sleepers = new Set<Sleeper>();

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { due: this.time + ms, wake: () => finish() };
      const finish = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', finish, { once: true });
    });
  }

  /** Lets the time pass and wakes whoever is due, in order, letting each do its work before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const [next] = [...this.#sleepers].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.time = Math.max(this.time, next.due);
      next.wake();
      await settle();
    }
    this.time = end;
  }
}

/** A few turns of the event loop: enough for everything that waits for no real input or output. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await turn();
}
