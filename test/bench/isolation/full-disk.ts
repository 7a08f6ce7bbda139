import { createDiskGauge, createSystemHost } from '../../../clusters/host/index.ts';
import { createDiskWatch, floorBytes } from '../../../engine/drill/disk-watch.ts';
import type { Provider } from '../../../engine/providers/provider.ts';
import type { SessionStore } from '../../../engine/store/sessions.ts';
import { systemClock } from '../../../engine/system/clock.ts';
import type { Attack } from './attacks.ts';

/** What is left above the floor of the disk watch: it is reached long before the learner has written it all. */
const roomBytes = 2 * 1024 ** 3;
const files = 12;
/** Below the limit of a file on the student host (engine/providers/kind/limits.ts). */
const fileMiB = 512;
/** The disk itself must not become full of it. */
const spareBytes = 3 * files * fileMiB * 2 ** 20;
const withinMs = 180_000;

/**
 * A full disk, on a part of the disk: the disk watch is the product's, but what it is told is that the disk is smaller
 * than it is. It may stop these sessions only.
 */
export function fullDisk(options: {
  readonly provider: Provider;
  readonly store: SessionStore;
  readonly sessions: () => readonly string[];
  /** Told which session the watch has stopped, and why. */
  readonly onStopped: (session: string, why: string) => void;
}): Attack {
  const { provider, store, sessions, onStopped } = options;
  return {
    name: 'full disk on the student host',
    machine: 'student',
    took: 'until the session was stopped',
    async run({ shell, signal }) {
      const gauge = createDiskGauge(createSystemHost());
      const free = await gauge();
      if (free === undefined) throw new Error('the disk of the engine cannot be seen from here');
      if (free < floorBytes + spareBytes) throw new Error('there is too little room on the disk for this attack');
      const hidden = free - floorBytes - roomBytes;
      const watchDisk = createDiskWatch({
        provider: {
          destroy: provider.destroy,
          written: async () => new Map([...(await provider.written())].filter(([id]) => sessions().includes(id))),
        },
        store,
        clock: systemClock,
        freeBytes: async () => Math.max(0, ((await gauge()) ?? 0) - hidden),
      });
      const over = new AbortController();
      let failure: unknown;
      const watching = watchDisk({
        signal: AbortSignal.any([signal, over.signal, AbortSignal.timeout(withinMs)]),
        onStopped(session, why) {
          over.abort();
          onStopped(session, why);
        },
        onError(error) {
          failure = error;
        },
      });
      shell.type(`for n in $(seq ${files}); do head -c ${fileMiB}M /dev/zero > "full.$n" || break; done\r`);
      await watching;
      signal.throwIfAborted();
      if (!over.signal.aborted) throw new Error('the disk watch has stopped nobody', { cause: failure });
    },
  };
}
