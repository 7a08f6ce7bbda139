import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { asStoreError } from './database.ts';

export type Row = Record<string, string | number | null>;

/** A database's statements, with what SQLite says told as an error for the user. */
export function createStatements(database: DatabaseSync) {
  // A full disk or a damaged page shows only when the store is used.
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, `the store ${database.location() ?? ''} cannot be used`);
    }
  };
  const execute = (sql: string) => guard(() => database.exec(sql));
  return {
    prepare: (sql: string) => ({
      get: (...values: SQLInputValue[]) => guard(() => database.prepare(sql).get(...values)),
      all: (...values: SQLInputValue[]) => guard(() => database.prepare(sql).all(...values)),
      run: (...values: SQLInputValue[]) => guard(() => database.prepare(sql).run(...values)),
    }),
    /** All of the work or nothing of it; within other such work it is a part of that. */
    atomically: <T>(work: () => T): T => {
      if (database.isTransaction) return work();
      execute('BEGIN IMMEDIATE');
      try {
        const value = work();
        execute('COMMIT');
        return value;
      } catch (error) {
        if (database.isTransaction) execute('ROLLBACK');
        throw error;
      }
    },
  };
}
