import { chmodSync, existsSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { KubewrightError } from '../domain/errors.ts';
import { asStoreError, latestVersion, openDatabase } from './database.ts';

/**
 * Writes the whole store into one new file, while others may go on using it.
 * @throws KubewrightError USAGE when the file is there already, STORE_BROKEN, DISK_LOW
 */
export function backUpStore(store: string, file: string): void {
  if (existsSync(file)) {
    throw new KubewrightError('USAGE', `${file} is there already`, { remedy: 'Name a file that is not there yet.' });
  }
  // Opening brings an older store up to date: a backup is always of the present form.
  const database = openDatabase(store);
  try {
    database.prepare('VACUUM INTO ?').run(file);
    chmodSync(file, 0o600);
  } catch (error) {
    throw asStoreError(error, `${file} cannot be written`);
  } finally {
    database.close();
  }
}

/**
 * Puts a backup in the place of the store, in one transaction; what was there before is kept beside it.
 * @returns the file that has the former store
 * @throws KubewrightError USAGE when the file is no backup, SESSION_STATE while sessions exist, STORE_BROKEN, DISK_LOW
 */
export async function restoreStore(store: string, file: string): Promise<string> {
  const source = openBackup(file);
  const database = openDatabase(store);
  const former = `${store}.before-restore`;
  try {
    const sessions = database.prepare("SELECT id FROM session WHERE state <> 'failed'").all();
    if (sessions.length > 0) {
      const ids = sessions.map((row) => String(row['id'])).join(', ');
      throw new KubewrightError('SESSION_STATE', `there are sessions that the backup may not know: ${ids}`, {
        remedy: 'Stop them first: "kubewright stop <session>".',
      });
    }
    rmSync(former, { force: true });
    database.prepare('VACUUM INTO ?').run(former);
    chmodSync(former, 0o600);
    database.close();
    await backup(source, store);
    return former;
  } catch (error) {
    throw asStoreError(error, `the store ${store} cannot be restored`);
  } finally {
    source.close();
    if (database.isOpen) database.close();
  }
}

/** Looks at a file that may be anything before the store is touched. */
function openBackup(file: string): DatabaseSync {
  const refuse = (what: string, cause?: unknown) =>
    new KubewrightError('USAGE', `${file} ${what}`, {
      remedy: 'Name a file that "kubewright store backup" has written.',
      ...(cause === undefined ? {} : { cause }),
    });
  if (!existsSync(file)) throw refuse('is not there');
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(file, { readOnly: true });
    const found = source.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    if (found !== 'ok') throw refuse(`is damaged: ${String(found)}`);
    const tables = source.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const version = Number(source.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version < 1 || !tables.some(({ name }) => name === 'session')) throw refuse('is no store');
    if (version > latestVersion) throw refuse('was written by a newer kubewright');
    return source;
  } catch (error) {
    source?.close();
    if (error instanceof KubewrightError) throw error;
    throw refuse('is no store', error);
  }
}
