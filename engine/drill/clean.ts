import type { Provider } from '../providers/provider.ts';
import type { SessionStore } from '../store/sessions.ts';
import { isAlive } from './owner.ts';

export interface Cleaned {
  /** Sessions of which something was removed. */
  readonly reaped: readonly string[];
  /** How many sessions still have something on this machine that nobody owns. */
  readonly left: number;
}

/**
 * Removes what no session owns: clusters the store does not know (a store that was deleted, a create that was killed)
 * and sessions whose process died while it made or unmade them. With `all`, every session that nobody is working on.
 * @throws the first error, such as LEAK, after all of them have been tried
 */
export async function cleanUp(
  provider: Provider,
  store: SessionStore,
  options: { readonly all: boolean; readonly onSession: (session: string) => void },
): Promise<Cleaned> {
  const reaped: string[] = [];
  const failures: unknown[] = [];
  for (const session of await orphans(provider, store, options.all)) {
    options.onSession(session);
    try {
      await provider.destroy(session);
      store.remove(session);
      reaped.push(session);
    } catch (error) {
      // One that resists does not keep the others.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { reaped, left: (await orphans(provider, store, options.all)).length };
}

async function orphans(provider: Provider, store: SessionStore, all: boolean): Promise<string[]> {
  const records = store.all();
  const known = new Map(records.map((record) => [record.id, record]));
  const unknown = (await provider.list()).filter((session) => !known.has(session));
  const dead = records
    .filter((record) => {
      const beingMade = record.state === 'provisioning' || record.state === 'stopping';
      if (beingMade) return !isAlive(record.owner);
      return all || record.state === 'failed';
    })
    .map((record) => record.id);
  return [...unknown, ...dead];
}
