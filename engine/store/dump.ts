import { DatabaseSync } from 'node:sqlite';

const mostJournalRows = 500;

/**
 * What a support bundle shows of a store: the rows as they are, whatever version wrote them. A store that cannot be read
 * is a finding, not an error.
 */
export function dumpStore(path: string): Readonly<Record<string, unknown>> {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const all = (sql: string) => database.prepare(sql).all();
      return {
        version: database.prepare('PRAGMA user_version').get()?.['user_version'],
        integrity: database.prepare('PRAGMA integrity_check').get()?.['integrity_check'],
        sessions: all('SELECT * FROM session'),
        results: all('SELECT number, session, scenario, started_at, finished_at, exam, operations FROM result'),
        journal: all(`SELECT * FROM journal ORDER BY number DESC LIMIT ${mostJournalRows}`),
      };
    } finally {
      database.close();
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
