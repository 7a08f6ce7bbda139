import type { SessionRow } from '../engine.ts';
import type { Terminal } from '../providers/provider.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SessionRecord, SessionStore } from '../store/sessions.ts';
import { createDozers, type DozeDependencies } from './doze.ts';
import type { Drills } from './drills.ts';
import { isInconclusive } from './finish.ts';

const lookEveryMs = 5_000;

export interface DozingDependencies extends DozeDependencies {
  readonly store: Pick<SessionStore, 'all' | 'get'>;
  readonly loadFolder: (folder: string) => Promise<Scenario>;
  readonly inExam: (session: string) => boolean;
}

export interface Dozing {
  /** Lets sessions doze that are judged and that nobody has typed in for so long, until the signal fires; they run then. */
  keep(options: {
    readonly afterMs: number;
    readonly signal: AbortSignal;
    readonly onError: (session: string, error: unknown) => void;
  }): Promise<void>;
  /** The same drills, which wake a session when somebody works with it, and say of one that it dozes. */
  around(drills: Drills): Drills;
}

/**
 * Clusters of judged drills are there to look around in, mostly with nobody looking. A drill that goes on never dozes: its
 * record would have holes, and what was not seen cannot be judged.
 */
export function createDozing({ provider, store, clock, loadFolder, inExam }: DozingDependencies): Dozing {
  /** Monotonic ms: when somebody was last seen to work with it by this process, or when it was first seen to be over. */
  const usedAt = new Map<string, number>();
  const dozers = createDozers({ provider, clock });

  const touch = async (session: string): Promise<void> => {
    usedAt.set(session, clock.monotonic());
    await dozers.end(store.get(session)?.cluster ?? session);
  };

  const named = (row: SessionRow): SessionRow => (dozers.has(row.cluster ?? row.id) ? { ...row, dozes: true } : row);

  return {
    async keep({ afterMs, signal, onError }) {
      while (!signal.aborted) {
        const over = store.all().filter((record) => isOver(record) && !inExam(record.id));
        for (const id of usedAt.keys()) if (!over.some((record) => record.id === id)) usedAt.delete(id);
        for (const record of over) {
          const last = usedAt.get(record.id) ?? clock.monotonic();
          usedAt.set(record.id, last);
          if (dozers.has(record.cluster) || clock.monotonic() - last < afterMs) continue;
          if (!(await isOfOneControlPlane(record))) continue;
          const { id, cluster, readyAt } = record;
          dozers.begin(cluster, {
            isFree() {
              const now = store.get(id);
              return now?.state === 'finished' && now.readyAt === readyAt;
            },
            signal,
            onError: (error) => onError(id, error),
            // Woken by another process, or it could not be stopped: not again at once.
            onEnd: () => void usedAt.set(id, clock.monotonic()),
          });
        }
        await clock.sleep(lookEveryMs, signal).catch(() => {});
      }
      await dozers.ended();
    },
    around: (drills) => ({
      ...drills,
      sessions: async () => (await drills.sessions()).map(named),
      session: async (id) => named(await drills.session(id)),
      async reset(session, options) {
        await touch(session);
        return await drills.reset(session, options);
      },
      async stop(session, options) {
        await touch(session);
        await drills.stop(session, options);
      },
      async openTerminal(session, request) {
        await touch(session);
        return wakingWrites(await drills.openTerminal(session, request), () => touch(session));
      },
    }),
  };

  /** Several control planes would vote for another leader at each awakening. */
  async function isOfOneControlPlane({ folder }: SessionRecord): Promise<boolean> {
    const scenario = await loadFolder(folder).catch(() => undefined);
    return scenario?.cluster.controlPlanes === 1;
  }
}

/** Judged for good: one that is inconclusive may be judged again. */
function isOver({ state, verdict }: SessionRecord): boolean {
  return state === 'finished' && verdict !== undefined && !isInconclusive(verdict);
}

/** What is typed waits in the shell's machine until that runs. */
function wakingWrites(terminal: Terminal, wake: () => Promise<void>): Terminal {
  return {
    ...terminal,
    write(bytes) {
      terminal.write(bytes);
      // What cannot be woken says so when it is looked at; the terminal itself has no place for it.
      wake().catch(() => {});
    },
  };
}
