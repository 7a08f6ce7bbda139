import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionState } from '../../../engine/domain/session.ts';
import type { Verdict } from '../../../engine/domain/verdict.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createSessionStore, type SessionStore } from '../../../engine/store/sessions.ts';

const verdict: Verdict = { exam: 'passed', operations: 'failed', checks: [] };

/** A path in a folder that does not exist yet, in one that is removed after the test. */
async function freshPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kubewright-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'state', 'kubewright.db');
}

function openStore(path = ':memory:') {
  const database = openDatabase(path);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return { database, store: createSessionStore(database) };
}

function add(store: SessionStore, id = 'abc', createdAt = 1_000): void {
  store.add({ id, scenario: 'mend', folder: '/s/mend', createdAt, owner: '1:2', facts: { SESSION_TOKEN: 't' } });
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** The first step of the migrations as version 0.1.0 had it, and what it left in a store. */
const firstVersion = `
  CREATE TABLE session (
    id TEXT PRIMARY KEY, scenario TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL,
    ready_at INTEGER, finished_at INTEGER, owner TEXT, facts TEXT NOT NULL DEFAULT '{}', steps TEXT NOT NULL DEFAULT '[]',
    happened TEXT NOT NULL DEFAULT '{}', error TEXT, verdict TEXT
  ) STRICT;
  CREATE TABLE result (
    number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, scenario TEXT NOT NULL, started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL, exam TEXT NOT NULL, operations TEXT NOT NULL, checks TEXT NOT NULL
  ) STRICT;
  CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL
  ) STRICT;
  INSERT INTO session (id, scenario, folder, state, created_at, ready_at, facts)
    VALUES ('old', 'mend', '/s/mend', 'ready', 1, 2, '{"SESSION_TOKEN":"t"}');
  INSERT INTO session (id, scenario, folder, state, created_at, owner) VALUES ('half', 'mend', '/s/mend', 'provisioning', 1, '1:2');
  INSERT INTO result (session, scenario, started_at, finished_at, exam, operations, checks) VALUES
    ('gone', 'mend', 1, 2, 'passed', 'failed', '[]'),
    ('raced', 'mend', 5, 6, 'failed', 'failed', '[]'),
    ('raced', 'mend', 5, 7, 'passed', 'passed', '[]');
  PRAGMA user_version = 1;`;

describe('a store of version 0.1.0', () => {
  const makeOld = async () => {
    const path = await freshPath();
    await mkdir(dirname(path));
    const old = new DatabaseSync(path);
    old.exec(firstVersion);
    old.close();
    return path;
  };

  test('is brought up to date with its sessions and results', async () => {
    const { database, store } = openStore(await makeOld());
    expect(store.all().map(({ id, state }) => `${id} ${state}`)).toEqual(['old ready', 'half provisioning']);
    expect(store.get('old')).toMatchObject({ readyAt: 2, facts: { SESSION_TOKEN: 't' } });
    const results = database.prepare('SELECT session, finished_at AS f, exam FROM result ORDER BY number').all();
    // One result a drill: of two that had got in, the later.
    expect(results.map((row) => Object.values(row).join(' '))).toEqual(['gone 2 passed', 'raced 7 passed']);
    expect(store.conclude('old', { readyAt: 2, at: 3, verdict })).toMatchObject({ isNew: true });
  });

  test('is brought up to date once by several that open it at the same moment', async () => {
    const path = await makeOld();
    const stores = [1, 2, 3].map(() => openStore(path).store);
    expect(stores.map((store) => store.all().length)).toEqual([2, 2, 2]);
  });

  test('is left as it is when a step fails: all or nothing', async () => {
    const path = await makeOld();
    const old = new DatabaseSync(path);
    old.exec('CREATE TABLE something (x); CREATE INDEX result_of_drill ON something (x)');
    old.close();
    expect(thrownBy(() => openDatabase(path))).toMatchObject({ code: 'STORE_BROKEN' });
    const after = new DatabaseSync(path);
    onTestFinished(() => after.close());
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    expect(after.prepare('SELECT count(*) AS n FROM result').get()).toEqual({ n: 3 });
  });
});

describe('opening the store', () => {
  test('makes folder, file and tables from nothing, for nobody else to read', async () => {
    const path = await freshPath();
    const { database } = openStore(path);
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    expect(tables.map((table) => table['name'])).toEqual(expect.arrayContaining(['journal', 'result', 'session']));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  });

  test('keeps what is in it when it is opened again', async () => {
    const path = await freshPath();
    const first = openStore(path);
    add(first.store);
    first.database.close();
    expect(openStore(path).store.get('abc')).toMatchObject({ id: 'abc', state: 'provisioning' });
  });

  test('refuses a store of a newer kubewright and leaves it as it is', async () => {
    const path = await freshPath();
    const { database, store } = openStore(path);
    add(store);
    database.exec('PRAGMA user_version = 4711');
    database.close();
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      code: 'STORE_BROKEN',
      message: expect.stringContaining(path) as string,
      remedy: expect.stringContaining('newer') as string,
    });
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      message: expect.stringMatching(/newer kubewright$/) as string,
    });
  });

  test('says of a file that is no database that the store is broken, and does not touch it', async () => {
    const path = await freshPath();
    openStore(path).database.close();
    const text = 'this was a database once, before somebody opened it in an editor\n'.repeat(50);
    await writeFile(path, text);
    expect(thrownBy(() => openDatabase(path))).toMatchObject({
      code: 'STORE_BROKEN',
      exitCode: 3,
      message: expect.stringContaining(path) as string,
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('says of damage that shows only later that the store is broken', async () => {
    const path = await freshPath();
    const first = openStore(path);
    add(first.store);
    first.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    first.database.close();
    const bytes = await readFile(path);
    bytes.fill(0xff, 4096);
    await writeFile(path, bytes);
    expect(thrownBy(() => openStore(path).store.all())).toMatchObject({ code: 'STORE_BROKEN' });
  });

  test('says of a place where no file can be that the store is broken', () => {
    expect(thrownBy(() => openDatabase('/dev/null/state/kubewright.db'))).toMatchObject({ code: 'STORE_BROKEN' });
  });
});

describe('sessions in the store', () => {
  test('begin as provisioning, with their owner and nothing else', () => {
    const { store } = openStore();
    add(store);
    expect(store.get('abc')).toEqual({
      id: 'abc',
      cluster: 'abc',
      scenario: 'mend',
      folder: '/s/mend',
      state: 'provisioning',
      createdAt: 1_000,
      owner: '1:2',
      facts: { SESSION_TOKEN: 't' },
      steps: [],
      happened: {},
    });
  });

  test('are listed in the order of their making, also within one millisecond', () => {
    const { store } = openStore();
    for (const [id, at] of [
      ['zzz', 5],
      ['mmm', 9],
      ['bbb', 9],
      ['aaa', 9],
    ] as const)
      add(store, id, at);
    expect(store.all().map(({ id }) => id)).toEqual(['zzz', 'mmm', 'bbb', 'aaa']);
  });

  test('move with what goes with the move, and lose their owner when they are ready', () => {
    const { store } = openStore();
    add(store);
    store.move('abc', 'ready', { readyAt: 2_000 });
    expect(store.get('abc')).toMatchObject({ state: 'ready', readyAt: 2_000 });
    expect(store.get('abc')?.owner).toBeUndefined();
    store.move('abc', 'finished', { finishedAt: 3_000, verdict });
    store.move('abc', 'stopping', { owner: '7:8' });
    expect(store.get('abc')).toMatchObject({
      state: 'stopping',
      readyAt: 2_000,
      finishedAt: 3_000,
      verdict,
      owner: '7:8',
    });
  });

  test('keep the error of a failed walk', () => {
    const { store } = openStore();
    add(store);
    store.move('abc', 'failed', { error: { message: 'no disk', remedy: 'Make room.' } });
    expect(store.get('abc')).toMatchObject({ state: 'failed', error: { message: 'no disk', remedy: 'Make room.' } });
  });

  test.each<[SessionState[], SessionState]>([
    [[], 'finished'],
    [['ready'], 'ready'],
    [['ready', 'finished'], 'ready'],
    [['ready', 'finished'], 'finished'],
    [['failed'], 'ready'],
    [['stopping'], 'ready'],
    [['stopping'], 'stopping'],
  ])('after %j a move to %s is refused and changes nothing', (moves, to) => {
    const { store } = openStore();
    add(store);
    for (const move of moves) store.move('abc', move);
    const before = store.get('abc');
    expect(thrownBy(() => store.move('abc', to, { readyAt: 9 }))).toMatchObject({ code: 'SESSION_STATE', exitCode: 2 });
    expect(store.get('abc')).toEqual(before);
  });

  test('are unknown when they are not there', () => {
    const { store } = openStore();
    expect(store.get('abc')).toBeUndefined();
    for (const work of [
      () => store.move('abc', 'ready'),
      () => store.restart('abc', '1:2', {}),
      () => store.claimEvent('abc', 'e', 1),
      () => store.releaseEvent('abc', 'e'),
    ]) {
      expect(thrownBy(work)).toMatchObject({ code: 'SESSION_UNKNOWN' });
    }
  });

  test('keep the facts that turn out later beside those from the beginning', () => {
    const { store } = openStore();
    add(store);
    store.addFacts('abc', { FROM_VERSION: '1.34.4', TO_VERSION: '' });
    store.addFacts('abc', { FROM_VERSION: '1.34.5' });
    expect(store.get('abc')?.facts).toEqual({ SESSION_TOKEN: 't', FROM_VERSION: '1.34.5', TO_VERSION: '' });
  });

  test('get their beginnings back by a restart', () => {
    const { store } = openStore();
    add(store);
    store.setSteps('abc', [{ step: 'provision', title: 'Making', state: 'done' }]);
    store.move('abc', 'ready', { readyAt: 2_000 });
    store.claimEvent('abc', 'rescued', 2_500);
    store.move('abc', 'finished', { finishedAt: 3_000, verdict });
    expect(store.restart('abc', '3:4', { SESSION_TOKEN: 'u' })).toBe('abc');
    expect(store.get('abc')).toEqual({
      id: 'abc',
      cluster: 'abc',
      scenario: 'mend',
      folder: '/s/mend',
      state: 'provisioning',
      createdAt: 1_000,
      owner: '3:4',
      facts: { SESSION_TOKEN: 'u' },
      steps: [],
      happened: {},
    });
  });

  test('leave their cluster for another one by a restart, and are not asked for what they had before', () => {
    const { store } = openStore();
    add(store);
    store.move('abc', 'ready', { readyAt: 2_000 });
    store.waiting.add({ id: 'xyz', kind: 'k', owner: '1:2' });
    store.waiting.ready('xyz', 1_000);
    const refused = () =>
      store.waiting.take('k', () => {
        throw new Error('not this one');
      });
    expect(refused).toThrow('not this one');
    expect(store.waiting.take('k', (id) => void store.restart('abc', '3:4', {}, id))).toBe('xyz');
    expect(store.get('abc')).toMatchObject({ id: 'abc', cluster: 'xyz', state: 'provisioning' });
    expect(store.discarded.all()).toEqual([{ id: 'abc', owner: '3:4' }]);
    expect(store.discarded.takeOver('abc', '5:6', undefined)).toBe(false);
    expect(store.discarded.takeOver('abc', '3:4', undefined)).toBe(true);
    expect(store.discarded.all()).toEqual([{ id: 'abc' }]);
    store.discarded.remove('abc');
    expect(store.discarded.all()).toEqual([]);

    store.move('abc', 'ready', { readyAt: 3_000 });
    expect(store.restart('abc', '3:4', {})).toBe('xyz');
    expect(store.get('abc')).toMatchObject({ cluster: 'xyz' });
    expect(store.discarded.all()).toEqual([]);
  });

  test('cannot be restarted while they are made or unmade', () => {
    const { store } = openStore();
    add(store);
    expect(thrownBy(() => store.restart('abc', '3:4', {}))).toMatchObject({ code: 'SESSION_STATE' });
    store.move('abc', 'stopping');
    expect(thrownBy(() => store.restart('abc', '3:4', {}))).toMatchObject({ code: 'SESSION_STATE' });
  });

  test('are unchanged by the removal of another one', () => {
    const { store } = openStore();
    add(store, 'abc');
    add(store, 'xyz');
    store.remove('abc');
    expect(store.all().map(({ id }) => id)).toEqual(['xyz']);
  });
});

describe('the end of a drill', () => {
  const inconclusive: Verdict = { exam: 'passed', operations: 'inconclusive', checks: [] };
  const results = (database: ReturnType<typeof openDatabase>) =>
    database
      .prepare('SELECT session, scenario, started_at AS s, finished_at AS f, exam, operations AS o FROM result')
      .all()
      .map((row) => Object.values(row).join(' '));
  const ready = () => {
    const opened = openStore();
    add(opened.store);
    opened.store.move('abc', 'ready', { readyAt: 2_000 });
    return opened;
  };

  test('is a state, a verdict and a result in one', () => {
    const { database, store } = ready();
    expect(store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict })).toEqual({ verdict, result: 1, isNew: true });
    expect(store.get('abc')).toMatchObject({ state: 'finished', finishedAt: 3_000, verdict });
    expect(results(database)).toEqual(['abc mend 2000 3000 passed failed']);
  });

  test('stands: a second verdict changes nothing', () => {
    const { database, store } = ready();
    store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict });
    const other: Verdict = { exam: 'passed', operations: 'passed', checks: [] };
    expect(store.conclude('abc', { readyAt: 2_000, at: 4_000, verdict: other })).toEqual({
      verdict,
      result: 1,
      isNew: false,
    });
    expect(results(database)).toEqual(['abc mend 2000 3000 passed failed']);
  });

  test('that was inconclusive is replaced, with the moment of the first Submit, and there is still one result', () => {
    const { database, store } = ready();
    store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict: inconclusive });
    expect(store.conclude('abc', { readyAt: 2_000, at: 4_000, verdict })).toEqual({ verdict, result: 1, isNew: true });
    expect(store.get('abc')).toMatchObject({ state: 'finished', finishedAt: 3_000, verdict });
    expect(results(database)).toEqual(['abc mend 2000 3000 passed failed']);
  });

  test('of a drill that was reset while it was judged is refused, and no result is written', () => {
    const { database, store } = ready();
    store.restart('abc', '3:4', {});
    expect(thrownBy(() => store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict }))).toMatchObject({
      code: 'SESSION_STATE',
    });
    store.move('abc', 'ready', { readyAt: 5_000 });
    expect(thrownBy(() => store.conclude('abc', { readyAt: 2_000, at: 6_000, verdict }))).toMatchObject({
      code: 'SESSION_STATE',
    });
    expect(results(database)).toEqual([]);
  });

  test('keeps the results of two drills apart that seem to begin at the same moment, the clock having been set back', () => {
    const { database, store } = ready();
    store.conclude('abc', { readyAt: 2_000, at: 1_500, verdict });
    store.restart('abc', '3:4', {});
    store.move('abc', 'ready', { readyAt: 2_000 });
    store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict: inconclusive });
    store.conclude('abc', { readyAt: 2_000, at: 4_000, verdict });
    expect(results(database)).toEqual(['abc mend 2000 2000 passed failed', 'abc mend 2001 3000 passed failed']);
  });

  test('on a full disk is not half there, and can be written when there is room again', async () => {
    const { database, store } = openStore(await freshPath());
    add(store);
    store.move('abc', 'ready', { readyAt: 2_000 });
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const long: Verdict = {
      ...verdict,
      checks: [
        ...Array.from({ length: 500 }, (_, index) => ({
          ...{ id: `check-${index}`, task: 'open', role: 'objective', mode: 'assert', result: 'passed' },
          ...{ expected: 'so', found: 'so', meaning: 'so' },
        })),
      ] as Verdict['checks'],
    };
    const conclude = () => store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict: long });
    expect(thrownBy(conclude)).toMatchObject({ code: 'DISK_LOW' });
    expect(store.get('abc')).toMatchObject({ state: 'ready' });
    expect(store.get('abc')?.verdict).toBeUndefined();
    expect(results(database)).toEqual([]);
    database.exec('PRAGMA max_page_count = 1000000');
    expect(conclude().verdict).toEqual(long);
    expect(results(database)).toHaveLength(1);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });
});

describe('a session whose process has died', () => {
  test('is taken over by one only', async () => {
    const path = await freshPath();
    const one = openStore(path).store;
    const other = openStore(path).store;
    add(one);
    expect([one.takeOver('abc', '1:2', '3:4'), other.takeOver('abc', '1:2', '5:6')]).toEqual([true, false]);
    expect(other.get('abc')?.owner).toBe('3:4');
  });

  test('is given up only while the drill that was looked at still goes on', () => {
    const { store } = openStore();
    add(store);
    const error = { message: 'gone', remedy: 'Start again.' };
    expect(store.giveUp('abc', { readyAt: undefined, error })).toBe(false);
    store.move('abc', 'ready', { readyAt: 2_000 });
    expect(store.giveUp('abc', { readyAt: 1_999, error })).toBe(false);
    expect(store.giveUp('abc', { readyAt: 2_000, error })).toBe(true);
    expect(store.get('abc')).toMatchObject({ state: 'failed', error });
  });
});

describe('events of the scenario', () => {
  test('are claimed once, also from two connections', async () => {
    const path = await freshPath();
    const one = openStore(path).store;
    const other = openStore(path).store;
    add(one);
    expect([one.claimEvent('abc', 'rescued', 5), other.claimEvent('abc', 'rescued', 6)]).toEqual([true, false]);
    expect(other.claimEvent('abc', 'restarted', 7)).toBe(true);
    expect(one.get('abc')?.happened).toEqual({ rescued: 5, restarted: 7 });
  });

  test('can be claimed again once they are released', () => {
    const { store } = openStore();
    add(store);
    store.claimEvent('abc', 'rescued', 5);
    store.claimEvent('abc', 'restarted', 6);
    store.releaseEvent('abc', 'rescued');
    expect(store.get('abc')?.happened).toEqual({ restarted: 6 });
    expect(store.claimEvent('abc', 'rescued', 8)).toBe(true);
  });
});

test('results and the journal outlive their session', () => {
  const { database, store } = openStore();
  add(store);
  store.move('abc', 'ready', { readyAt: 2_000 });
  store.conclude('abc', { readyAt: 2_000, at: 3_000, verdict });
  store.journal('abc', 1, 'provision running');
  store.remove('abc');
  expect(database.prepare('SELECT session, scenario, exam, operations FROM result').all()).toEqual([
    { session: 'abc', scenario: 'mend', exam: 'passed', operations: 'failed' },
  ]);
  expect(database.prepare('SELECT session, entry FROM journal').all()).toEqual([
    { session: 'abc', entry: 'provision running' },
  ]);
});
