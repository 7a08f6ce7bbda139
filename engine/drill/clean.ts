import type { Provider } from '../providers/provider.ts';
import type { SessionStore } from '../store/sessions.ts';
import { isAlive } from './owner.ts';

export interface Cleaned {
  /** Sessions of which something was removed. */
  readonly reaped: readonly string[];
  /** How many sessions still have something on this machine that nobody owns. */
  readonly left: number;
}

export interface CleanOptions {
  /** Every session that nobody is working on, too. */
  readonly all: boolean;
  /** Sessions of other stores on this engine, too: for a machine that is only ours, such as CI's. */
  readonly allStores: boolean;
}

/**
 * Removes what no session owns and does not wait for one: clusters the store does not know (a store that was deleted, a
 * create that was killed)
 * and sessions whose process died while it made or unmade them. With `all`, every session that nobody is working on.
 * @throws the first error, such as LEAK, after all of them have been tried
 */
export async function cleanUp(
  provider: Provider,
  store: SessionStore,
  options: CleanOptions & { readonly onSession: (session: string) => void },
): Promise<Cleaned> {
  const reaped: string[] = [];
  const failures: unknown[] = [];
  for (const { session, cluster } of await orphans(provider, store, options)) {
    const name = session ?? cluster;
    options.onSession(name);
    try {
      await provider.destroy(cluster);
      if (session !== undefined) store.remove(session);
      store.waiting.remove(cluster);
      store.discarded.remove(cluster);
      reaped.push(name);
    } catch (error) {
      // One that resists does not keep the others.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { reaped, left: (await orphans(provider, store, options)).length };
}

interface Orphan {
  readonly cluster: string;
  /** Missing for a cluster that no session has, even where one is called like it: that one has left it. */
  readonly session?: string;
}

async function orphans(provider: Provider, store: SessionStore, { all, allStores }: CleanOptions): Promise<Orphan[]> {
  const records = store.all();
  const owned = [...store.waiting.all(), ...store.discarded.all()].filter(({ owner }) => isAlive(owner));
  const known = new Set([...records.map(({ cluster }) => cluster), ...owned.map(({ id }) => id)]);
  const unknown = (await provider.list({ allStores })).filter((cluster) => !known.has(cluster));
  const dead = records.filter((record) => {
    const beingMade = record.state === 'provisioning' || record.state === 'stopping';
    if (beingMade) return !isAlive(record.owner);
    return all || record.state === 'failed';
  });
  return [...unknown.map((cluster) => ({ cluster })), ...dead.map(({ id, cluster }) => ({ session: id, cluster }))];
}
