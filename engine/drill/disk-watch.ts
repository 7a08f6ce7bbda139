import type { Provider } from '../providers/provider.ts';
import type { SessionStore } from '../store/sessions.ts';
import type { Clock } from '../system/clock.ts';
import { ownProcess } from './owner.ts';

/**
 * Below this the session that has written most is stopped. A container has no quota of its own on overlay2 and ext4, so a
 * learner who fills the disk would take the other sessions, the store and the host along.
 */
export const floorBytes = 2 * 1024 ** 3;
const everyMs = 1_000;

export interface DiskWatchDependencies {
  readonly provider: Pick<Provider, 'written' | 'destroy'>;
  readonly store: SessionStore;
  readonly clock: Clock;
  /** Free bytes where the engine keeps its data; undefined where that cannot be seen from here. */
  readonly freeBytes: () => Promise<number | undefined>;
}

export type WatchDisk = (options: {
  readonly signal: AbortSignal;
  readonly onStopped: (session: string, why: string) => void;
  /** What could not be done now; the watch goes on. */
  readonly onError: (error: unknown) => void;
}) => Promise<void>;

/** Looks at the free space every second until the signal fires, and stops sessions as long as there is too little. */
export function createDiskWatch(dependencies: DiskWatchDependencies): WatchDisk {
  const { clock, freeBytes } = dependencies;
  return async ({ signal, onStopped, onError }) => {
    while (!signal.aborted) {
      try {
        const free = await freeBytes();
        if (free === undefined) return;
        if (free < floorBytes) await stopLargest(dependencies, free, onStopped);
      } catch (error) {
        onError(error);
      }
      await clock.sleep(everyMs, signal).catch(() => {});
    }
  };
}

async function stopLargest(
  { provider, store }: DiskWatchDependencies,
  free: number,
  onStopped: (session: string, why: string) => void,
): Promise<void> {
  const written = await provider.written();
  const [largest] = store
    .all()
    // What is being made or unmade belongs to the process that is at it.
    .filter(({ cluster, state }) => (state === 'ready' || state === 'finished') && written.has(cluster))
    .toSorted((a, b) => (written.get(b.cluster) ?? 0) - (written.get(a.cluster) ?? 0));
  if (largest === undefined) return;
  const { id, cluster, state, readyAt } = largest;
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const message = `the disk of the engine was nearly full (${mib(free)} free); this session had written most: ${mib(written.get(cluster) ?? 0)}`;
  if (state === 'ready') {
    const error = { message, remedy: 'Make room on the disk, then start the drill again.' };
    if (!store.giveUp(id, { readyAt, error })) return;
    onStopped(id, message);
    await provider.destroy(cluster);
    return;
  }
  // Its result is kept for good; the cluster is only there to look at.
  store.move(id, 'stopping', { owner: ownProcess() });
  onStopped(id, message);
  await provider.destroy(cluster);
  store.remove(id);
}
