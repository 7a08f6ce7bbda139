import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KubewrightError } from '../domain/errors.ts';

/** Steps from an empty file to the present form; the number of those done is kept in user_version. Only ever appended to. */
const migrations = [
  `CREATE TABLE session (
     id TEXT PRIMARY KEY,
     scenario TEXT NOT NULL,
     folder TEXT NOT NULL,
     state TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     ready_at INTEGER,
     finished_at INTEGER,
     owner TEXT,
     facts TEXT NOT NULL DEFAULT '{}',
     steps TEXT NOT NULL DEFAULT '[]',
     happened TEXT NOT NULL DEFAULT '{}',
     error TEXT,
     verdict TEXT
   ) STRICT;
   CREATE TABLE result (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     session TEXT NOT NULL,
     scenario TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     finished_at INTEGER NOT NULL,
     exam TEXT NOT NULL,
     operations TEXT NOT NULL,
     checks TEXT NOT NULL
   ) STRICT;
   CREATE TABLE journal (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     session TEXT NOT NULL,
     at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;`,
  // What is kept of a drill beside its verdict, and exams. "done_by" tells a learner's result from a procedure's.
  `ALTER TABLE result ADD COLUMN done_by TEXT NOT NULL DEFAULT 'learner';
   CREATE TABLE look (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     session TEXT NOT NULL,
     at INTEGER NOT NULL,
     results TEXT NOT NULL
   ) STRICT;
   CREATE INDEX look_of_session ON look (session);
   CREATE TABLE debrief (
     result INTEGER PRIMARY KEY,
     document TEXT NOT NULL
   ) STRICT;
   CREATE TABLE recording (
     result INTEGER NOT NULL,
     terminal TEXT NOT NULL,
     machine TEXT NOT NULL,
     cast_gzip BLOB NOT NULL,
     PRIMARY KEY (result, terminal)
   ) STRICT;
   CREATE TABLE exam (
     id TEXT PRIMARY KEY,
     seed TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     ends_at INTEGER NOT NULL,
     submitted_at INTEGER,
     finished_at INTEGER,
     current INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE exam_question (
     exam TEXT NOT NULL,
     number INTEGER NOT NULL,
     scenario TEXT NOT NULL,
     facts TEXT NOT NULL,
     session TEXT,
     flagged INTEGER NOT NULL DEFAULT 0,
     result INTEGER,
     error TEXT,
     PRIMARY KEY (exam, number)
   ) STRICT;`,
  // One result a drill: a Submit that is repeated replaces what it could not tell before. Where two had got in, the later stays.
  `DELETE FROM result WHERE number NOT IN (SELECT max(number) FROM result GROUP BY session, started_at);
   CREATE UNIQUE INDEX result_of_drill ON result (session, started_at);`,
  // Clusters that were made ahead, see waiting.ts.
  `CREATE TABLE waiting (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     owner TEXT NOT NULL,
     ready_at INTEGER
   ) STRICT;`,
  // A session may get the cluster that waited, see SessionStore.restart: NULL is the one that it was made with.
  `ALTER TABLE session ADD COLUMN cluster TEXT;
   CREATE TABLE discarded (
     id TEXT PRIMARY KEY,
     owner TEXT
   ) STRICT;`,
];

/** The version of the present form, as user_version has it. */
export const latestVersion = migrations.length;

/** How long a write waits for another process's write. */
const busyTimeoutMs = 10_000;

/**
 * Opens (and brings up to date) the database at this path; ":memory:" for tests.
 * @throws KubewrightError STORE_BROKEN when the file is damaged or written by a newer kubewright.
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    if (path !== ':memory:') chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(database, path);
    return database;
  } catch (error) {
    throw asStoreError(error, `the store ${path} cannot be opened`);
  }
}

/** SQLITE_FULL, https://sqlite.org/rescode.html#full */
const full = 13;

/** What SQLite or the file system says of the store, as an error for the user; our own errors stay as they are. */
export function asStoreError(error: unknown, what: string): KubewrightError {
  if (error instanceof KubewrightError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'errcode' in error && error.errcode === full ? 'DISK_LOW' : 'STORE_BROKEN';
  return new KubewrightError(code, `${what}: ${reason}`, { cause: error });
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (done > migrations.length) {
      throw new KubewrightError('STORE_BROKEN', `the store ${path} was written by a newer kubewright`, {
        remedy: 'Use the newer kubewright, or set KUBEWRIGHT_HOME to another folder.',
      });
    }
    for (const step of migrations.slice(done)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
