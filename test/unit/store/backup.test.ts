import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backUpStore, restoreStore } from '../../../engine/store/backup.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { dumpStore } from '../../../engine/store/dump.ts';
import { createSessionStore, type SessionStore } from '../../../engine/store/sessions.ts';

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'kubewright.db');
  const withStore = (work: (store: SessionStore) => void) => {
    const database = openDatabase(path);
    work(createSessionStore(database));
    database.close();
  };
  const results = () => (dumpStore(path)['results'] as { session: string }[]).map(({ session }) => session);
  const judge = (id: string) =>
    withStore((store) => {
      store.add({ id, scenario: 'mend', folder: '/x', createdAt: 1, owner: '1:1', facts: {} });
      store.move(id, 'ready', { readyAt: 2 });
      store.conclude(id, { readyAt: 2, at: 3, verdict: { exam: 'passed', operations: 'passed', checks: [] } });
      store.remove(id);
    });
  return { folder, path, withStore, results, judge };
}

describe('a backup', () => {
  test('is taken while the store is in use, is for nobody else to read, and brings the results back', async () => {
    const { folder, path, results, judge } = await setUp();
    judge('one');
    const inUse = openDatabase(path);
    const file = join(folder, 'backup.db');
    backUpStore(path, file);
    inUse.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    judge('two');
    expect(results()).toEqual(['one', 'two']);
    const former = await restoreStore(path, file);
    expect(results()).toEqual(['one']);
    expect((dumpStore(former)['results'] as unknown[]).length).toBe(2);
  });

  test('is not put in the place of a store that has sessions', async () => {
    const { folder, path, withStore, results, judge } = await setUp();
    const file = join(folder, 'backup.db');
    backUpStore(path, file);
    judge('one');
    withStore((store) => store.add({ id: 'abc', scenario: 'm', folder: '/', createdAt: 1, owner: '1:1', facts: {} }));
    await expect(restoreStore(path, file)).rejects.toMatchObject({
      code: 'SESSION_STATE',
      message: expect.stringContaining('abc') as string,
    });
    expect(results()).toEqual(['one']);
  });

  test.each<[string, (file: string) => Promise<void> | void]>([
    ['is not there', () => {}],
    ['is a text', (file) => writeFile(file, 'hello\n'.repeat(1_000))],
    ['is empty', (file) => writeFile(file, '')],
    [
      'is another database',
      (file) => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE session (x); PRAGMA user_version = 0');
        other.close();
      },
    ],
    [
      'is of a newer kubewright',
      (file) => {
        openDatabase(file).close();
        const newer = new DatabaseSync(file);
        newer.exec('PRAGMA user_version = 4711');
        newer.close();
      },
    ],
  ])('that %s is refused, and the store stays as it is', async (_what, make) => {
    const { folder, path, results, judge } = await setUp();
    judge('one');
    const file = join(folder, 'odd.db');
    await make(file);
    await expect(restoreStore(path, file)).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(results()).toEqual(['one']);
  });

  test('that is damaged is refused', async () => {
    const { folder, path, results, judge } = await setUp();
    for (let index = 0; index < 50; index += 1) judge(`s${index}`);
    const file = join(folder, 'backup.db');
    backUpStore(path, file);
    const bytes = await readFile(file);
    bytes.fill(0xff, 4_096, 12_000);
    await writeFile(file, bytes);
    await expect(restoreStore(path, file)).rejects.toMatchObject({ code: 'USAGE' });
    expect(results()).toHaveLength(50);
  });
});

test('of a store that cannot be read a bundle says so', async () => {
  const { path } = await setUp();
  expect(dumpStore(path)).toMatchObject({ error: expect.stringMatching(/open/) as string });
  await writeFile(path, 'no database\n'.repeat(100));
  expect(dumpStore(path)).toMatchObject({ error: expect.stringMatching(/database/) as string });
});
