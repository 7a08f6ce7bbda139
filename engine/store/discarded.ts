import type { DatabaseSync } from 'node:sqlite';
import { createStatements, type Row } from './statements.ts';

/** A cluster that its session has left for one that waited: nothing is to become of it any more. */
export interface DiscardedCluster {
  readonly id: string;
  /** "pid:start time" of the process that takes it down; missing when that could not. */
  readonly owner?: string;
}

/** Written down in the transaction in which the session leaves it, see SessionStore.restart. */
export interface DiscardedStore {
  all(): DiscardedCluster[];
  /** Hands it over to another process, or to nobody; false when somebody else was first. */
  takeOver(id: string, from: string | undefined, to: string | undefined): boolean;
  /** It is gone. */
  remove(id: string): void;
}

export function createDiscardedStore(database: DatabaseSync): DiscardedStore {
  const { prepare } = createStatements(database);
  return {
    all: () => (prepare('SELECT * FROM discarded ORDER BY rowid').all() as Row[]).map(toDiscarded),
    takeOver(id, from, to) {
      const { changes } = prepare('UPDATE discarded SET owner = ? WHERE id = ? AND owner IS ?').run(
        ...[to ?? null, id, from ?? null],
      );
      return Number(changes) === 1;
    },
    remove(id) {
      prepare('DELETE FROM discarded WHERE id = ?').run(id);
    },
  };
}

function toDiscarded({ id, owner }: Row): DiscardedCluster {
  return { id: String(id), ...(owner === null || owner === undefined ? {} : { owner: String(owner) }) };
}
