import type { Provider } from '../providers/provider.ts';
import type { DiscardedCluster } from '../store/discarded.ts';
import type { SessionRecord, SessionStore } from '../store/sessions.ts';
import type { WaitingCluster } from '../store/waiting.ts';
import type { Clock } from '../system/clock.ts';
import { isAlive, ownProcess } from './owner.ts';

export interface Recovered {
  /** Ready sessions whose cluster is whole. */
  readonly adopted: readonly string[];
  /** Sessions that were taken down: their process had died while it made or unmade them, or parts of them were gone. */
  readonly reaped: readonly string[];
  /** What could not be dealt with now; the next recovery tries again. */
  readonly open: readonly { readonly session: string; readonly reason: string }[];
  /** Sessions of this store's folder on the engine that the store does not know: nothing is guessed about them. */
  readonly unknown: readonly string[];
}

export interface RecoveryOptions {
  /** Asks the engine about the sessions that nobody is working on, too. */
  readonly look: boolean;
  /** Told before a session is taken down. */
  readonly onSession: (session: string, why: string) => void;
}

export type Recover = (options: RecoveryOptions) => Promise<Recovered>;

const remedy = 'Start the drill again.';

/**
 * Puts in order what a killed process left in the middle of something. There is no clean end that this relies on: the
 * row is written before an act and says what was under way. Recovery may itself be killed at any point, and several may
 * run at a time: each session is claimed before it is touched, and every act can be repeated.
 *
 * A session whose maker is dead is taken down and kept as failed; one that was being stopped is stopped to its end. With
 * `look`, those that are ready are looked at: whole ones are adopted, one of which parts are gone is taken down. Of what
 * has failed nothing may be left, nor of a golden state that was never finished.
 */
export function createRecovery(dependencies: {
  readonly provider: Provider;
  readonly store: SessionStore;
  readonly clock: Clock;
}): Recover {
  const { provider, store, clock } = dependencies;
  /** Sessions that this process has taken over and could not take down yet. */
  const claimed = new Set<string>();
  /** The same of clusters that no session has: one may be called like the session that has left it. */
  const claimedClusters = new Set<string>();

  const claim = ({ id, owner }: SessionRecord): boolean => {
    if (claimed.has(id)) return true;
    // Also when the owner is this process: then it is at work on the session right now.
    if (isAlive(owner) || !store.takeOver(id, owner, ownProcess())) return false;
    claimed.add(id);
    return true;
  };
  const finishDead = async (record: SessionRecord, { onSession }: RecoveryOptions): Promise<'left' | 'reaped'> => {
    const { id, cluster, state } = record;
    if (!claim(record)) return 'left';
    onSession(id, state === 'stopping' ? 'it was being stopped' : 'its process ended while it was being made');
    await provider.destroy(cluster);
    store.journal(id, clock.now(), `recovered from ${state}`);
    if (state === 'stopping') store.remove(id);
    else {
      const message = 'the process that was making the cluster ended before it was ready';
      store.move(id, 'failed', { error: { message, remedy } });
    }
    claimed.delete(id);
    return 'reaped';
  };
  /** A cluster that no session has goes when the process that kept it, or was to take it down, has ended. */
  const finishCluster = async (
    { id, owner }: WaitingCluster | DiscardedCluster,
    { takeOver, remove, why }: { takeOver: () => boolean; remove: () => void; why: string },
    { onSession }: RecoveryOptions,
  ): Promise<'left' | 'reaped'> => {
    if (!claimedClusters.has(id)) {
      if (isAlive(owner) || !takeOver()) return 'left';
      claimedClusters.add(id);
    }
    onSession(id, why);
    await provider.destroy(id);
    remove();
    claimedClusters.delete(id);
    return 'reaped';
  };
  const finishWaiting = (cluster: WaitingCluster, options: RecoveryOptions) =>
    finishCluster(
      cluster,
      {
        takeOver: () => store.waiting.takeOver(cluster.id, cluster.owner, ownProcess()),
        remove: () => store.waiting.remove(cluster.id),
        why: 'it waited for a drill, and the process that kept it has ended',
      },
      options,
    );
  /** What a reset has left; its session has another cluster. */
  const finishDiscarded = (cluster: DiscardedCluster, options: RecoveryOptions) =>
    finishCluster(
      cluster,
      {
        takeOver: () => store.discarded.takeOver(cluster.id, cluster.owner, ownProcess()),
        remove: () => store.discarded.remove(cluster.id),
        why: 'its session was reset and has another cluster',
      },
      options,
    );
  const lookAt = async (
    record: SessionRecord,
    { onSession }: RecoveryOptions,
  ): Promise<'adopted' | 'left' | 'reaped'> => {
    const { id, cluster, readyAt } = record;
    const missing = await provider.missing(cluster);
    if (missing.length === 0) return 'adopted';
    // First the word, then the act: of a failed session the next recovery removes what is left. What was reset or stopped
    // meanwhile is no longer ours.
    const error = { message: `parts of the session are gone: ${missing.join(', ')}`, remedy };
    if (!store.giveUp(id, { readyAt, error })) return 'left';
    onSession(id, `it has lost ${missing.join(', ')}`);
    await provider.destroy(cluster);
    return 'reaped';
  };

  const recover = async (options: RecoveryOptions): Promise<Recovered> => {
    const outcomes = { adopted: [] as string[], reaped: [] as string[], left: [] as string[] };
    const open: { session: string; reason: string }[] = [];
    const records = store.all();
    const known = new Set([
      ...records.map(({ cluster }) => cluster),
      ...[...store.waiting.all(), ...store.discarded.all()].map(({ id }) => id),
    ]);
    const there = options.look ? await provider.list({ allStores: false }) : [];
    const settle = async (record: SessionRecord): Promise<keyof typeof outcomes> => {
      const { id, cluster, state } = record;
      if (state === 'provisioning' || state === 'stopping') return finishDead(record, options);
      if (state === 'ready' && options.look) return lookAt(record, options);
      if (state !== 'failed' || !there.includes(cluster)) return 'left';
      options.onSession(id, 'something of it is left');
      await provider.destroy(cluster);
      return 'reaped';
    };
    /** What cannot be dealt with keeps nothing else from being. */
    const attempt = async (id: string, work: () => Promise<keyof typeof outcomes>) => {
      try {
        outcomes[await work()].push(id);
      } catch (error) {
        open.push({ session: id, reason: error instanceof Error ? error.message : String(error) });
      }
    };
    await Promise.all(records.map((record) => attempt(record.id, () => settle(record))));
    for (const cluster of store.waiting.all()) await attempt(cluster.id, () => finishWaiting(cluster, options));
    for (const cluster of store.discarded.all()) await attempt(cluster.id, () => finishDiscarded(cluster, options));
    // Only now: what was making a golden state for a session goes on until that session is taken down. What resists is the
    // next recovery's, and "clean" says why.
    if (options.look) await provider.clearGolden({ all: false, allStores: false }).catch(() => undefined);
    const { adopted, reaped } = outcomes;
    return { adopted, reaped, open, unknown: there.filter((session) => !known.has(session)) };
  };

  let underWay: Promise<unknown> = Promise.resolve();
  return (options) => {
    const mine = underWay.then(() => recover(options));
    underWay = mine.catch(() => {});
    return mine;
  };
}
