import type { WitnessClock } from './clock.ts';

/** One of the witness's parts, running by itself: what goes wrong in it concerns no other part. */
export interface Part {
  /** Ends it and waits until it has ended. */
  stop(): Promise<void>;
}

export interface PartEffects {
  readonly clock: WitnessClock;
  readonly log: (message: string) => void;
}

const restartAfterMs = 1_000;

/** Starts a part and starts it again whenever it ends by itself, until it is stopped. */
export function startPart(name: string, effects: PartEffects, run: (signal: AbortSignal) => Promise<void>): Part {
  const ending = new AbortController();
  const { signal } = ending;
  const live = async () => {
    while (!signal.aborted) {
      try {
        await run(signal);
      } catch (error) {
        effects.log(`${name} is started again after: ${error instanceof Error ? error.stack : String(error)}`);
      }
      await effects.clock.sleep(restartAfterMs, signal);
    }
  };
  const ended = live();
  return {
    stop() {
      ending.abort();
      return ended;
    },
  };
}
