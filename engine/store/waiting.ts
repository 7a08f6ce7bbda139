import type { DatabaseSync } from 'node:sqlite';
import { createStatements, type Row } from './statements.ts';

/**
 * A cluster that was made ahead, or is being made: a drill that takes it becomes the session of that id, and a session that
 * is reset leaves its own for it.
 */
export interface WaitingCluster {
  readonly id: string;
  /** Only a drill that wants a cluster of the same kind may take it, see engine/drill/cluster-kind.ts. */
  readonly kind: string;
  /** "pid:start time" of the process that keeps it. */
  readonly owner: string;
  /** Wall clock ms; missing while it is being made. */
  readonly readyAt?: number;
}

export interface WaitingStore {
  add(cluster: { readonly id: string; readonly kind: string; readonly owner: string }): void;
  /** It can be taken from now on. @param at wall clock ms */
  ready(id: string, at: number): void;
  /** The oldest first. */
  all(): WaitingCluster[];
  /**
   * Takes one that is ready, in one transaction with what the taker writes down about it; undefined when none is there.
   */
  take(kind: string, onTaken: (id: string) => void): string | undefined;
  /** Hands it over to another process; false when somebody else was first or a drill has taken it. */
  takeOver(id: string, from: string, to: string): boolean;
  remove(id: string): void;
}

export function createWaitingStore(database: DatabaseSync): WaitingStore {
  const { prepare, atomically } = createStatements(database);
  return {
    add({ id, kind, owner }) {
      prepare('INSERT INTO waiting (id, kind, owner) VALUES (?, ?, ?)').run(id, kind, owner);
    },
    ready(id, at) {
      prepare('UPDATE waiting SET ready_at = ? WHERE id = ?').run(at, id);
    },
    all: () => (prepare('SELECT * FROM waiting ORDER BY rowid').all() as Row[]).map(toWaiting),
    take: (kind, onTaken) =>
      atomically(() => {
        const row = prepare(
          'SELECT id FROM waiting WHERE kind = ? AND ready_at IS NOT NULL ORDER BY rowid LIMIT 1',
        ).get(kind);
        if (row === undefined) return undefined;
        const id = String(row['id']);
        prepare('DELETE FROM waiting WHERE id = ?').run(id);
        onTaken(id);
        return id;
      }),
    takeOver(id, from, to) {
      const { changes } = prepare('UPDATE waiting SET owner = ?, ready_at = NULL WHERE id = ? AND owner = ?').run(
        ...[to, id, from],
      );
      return Number(changes) === 1;
    },
    remove(id) {
      prepare('DELETE FROM waiting WHERE id = ?').run(id);
    },
  };
}

function toWaiting({ id, kind, owner, ready_at: readyAt }: Row): WaitingCluster {
  return {
    id: String(id),
    kind: String(kind),
    owner: String(owner),
    ...(readyAt === null || readyAt === undefined ? {} : { readyAt: Number(readyAt) }),
  };
}
