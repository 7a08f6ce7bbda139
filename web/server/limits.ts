/** How much of something may happen: a burst at once, then so many a minute. */
export interface Limit {
  readonly burst: number;
  readonly perMinute: number;
}

/** Far above what pages and people do; a page does a handful of these a minute. */
export const limits = {
  /** Requests that change something. */
  changes: { burst: 60, perMinute: 120 },
  /** Wrong start tokens. The right one is let in whatever was tried before. */
  wrongTokens: { burst: 10, perMinute: 10 },
  /** Sockets that are opened. */
  upgrades: { burst: 1_200, perMinute: 600 },
} as const satisfies Record<string, Limit>;

/** Sockets that are open at a time; each holds a few tens of KiB. */
export const mostSockets = 1_024;
/** TCP connections at a time, those of sockets included. */
export const mostConnections = 1_500;

export interface Bucket {
  /** Takes one; false when there is none left now. */
  take(): boolean;
}

/** @param now monotonic milliseconds. */
export function createBucket({ burst, perMinute }: Limit, now: () => number = () => performance.now()): Bucket {
  let left: number = burst;
  let at = now();
  return {
    take() {
      const moment = now();
      // A clock that stood still or went back gives nothing.
      left = Math.min(burst, left + (Math.max(0, moment - at) * perMinute) / 60_000);
      at = moment;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
