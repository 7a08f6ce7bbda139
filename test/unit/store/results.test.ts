import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { makeDebrief } from '../../../engine/debrief/make-debrief.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { createExamStore } from '../../../engine/store/exams.ts';
import { createResultStore } from '../../../engine/store/results.ts';
import { createSessionStore } from '../../../engine/store/sessions.ts';
import { sourcesOf } from '../debrief/debrief-sources.ts';

const verdict = { exam: 'passed', operations: 'failed', checks: [] } as const;
const debrief = makeDebrief(sourcesOf([]));

function setUp() {
  const database = openDatabase(':memory:');
  const sessions = createSessionStore(database);
  let readyAt = 0;
  /** A drill that was judged: the session's first, or its next after a reset. */
  const add = (session: string) => {
    readyAt += 1;
    if (sessions.get(session) !== undefined) sessions.restart(session, 'owner', {});
    else sessions.add({ id: session, scenario: 'mend-the-door', folder: '/', createdAt: 1, owner: 'owner', facts: {} });
    sessions.move(session, 'ready', { readyAt });
    return sessions.conclude(session, { readyAt, at: readyAt, verdict }).result;
  };
  return { sessions, add, results: createResultStore(database), exams: createExamStore(database) };
}

test('a result is kept with its debrief and its recordings, the last one of a session is found', () => {
  const { results, add } = setUp();
  const [first, second] = [add('s1'), add('s1')];
  const cast = '{"version": 2}\n'.repeat(1000);
  results.keepDebrief(second, {
    ...{ session: 's1', doneBy: 'procedure', debrief },
    recordings: [{ terminal: 'w1-1', machine: 'w1', cast }],
  });
  expect(results.all().map(({ number, doneBy }) => [number, doneBy])).toEqual([
    [first, 'learner'],
    [second, 'procedure'],
  ]);
  expect(results.ofSession('s1')).toMatchObject({ number: second, verdict });
  expect(results.get(99)).toBeUndefined();
  expect(results.debrief(first)).toBeUndefined();
  expect(results.debrief(second)).toEqual(debrief);
  expect(results.recordings(second)).toEqual([{ terminal: 'w1-1', machine: 'w1' }]);
  expect(results.recording(second, 'w1-1')).toBe(cast);
  expect(results.recording(second, 'other')).toBeUndefined();
});

test('looks wait for the debrief and go with it', () => {
  const { results, add } = setUp();
  const look = { at: 5, results: [{ id: 'a', role: 'objective', result: 'failed' }] } as const;
  results.addLook('s1', look);
  results.addLook('s2', look);
  expect(results.looks('s1')).toEqual([look]);
  results.keepDebrief(add('s1'), { session: 's1', doneBy: 'learner', debrief, recordings: [] });
  expect(results.looks('s1')).toEqual([]);
  results.forgetLooks('s2');
  expect(results.looks('s2')).toEqual([]);
});

test('deleting takes results and exams that are over, and leaves the exam under way', () => {
  const { results, exams, add } = setUp();
  const facts = { title: 't', domain: 'd', minutes: 5, tasks: [] };
  for (const id of ['over', 'running']) {
    exams.add({ ...{ id, seed: 's', startedAt: 1, endsAt: 2 }, questions: [{ scenario: 'x', facts }] });
  }
  const number = add('s1');
  exams.setSession('over', 1, 's1');
  exams.setResult('over', 1, { result: number });
  expect(exams.submit('over', 3)).toBe(true);
  expect(exams.submit('over', 4)).toBe(false);
  exams.finish('over', 5);
  expect(results.get(number)?.exam).toBe('over');
  expect(exams.ofSession('s1')).toMatchObject({ id: 'over', submittedAt: 3, finishedAt: 5 });
  results.deleteAll();
  expect(results.all()).toEqual([]);
  expect(exams.all().map(({ id }) => id)).toEqual(['running']);
});

test('a store of before debriefs were kept is brought up to date with its results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubewright-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'kubewright.db');
  const old = new DatabaseSync(path);
  old.exec(`
    CREATE TABLE session (id TEXT PRIMARY KEY, scenario TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL,
      created_at INTEGER NOT NULL, ready_at INTEGER, finished_at INTEGER, owner TEXT, facts TEXT NOT NULL DEFAULT '{}',
      steps TEXT NOT NULL DEFAULT '[]', happened TEXT NOT NULL DEFAULT '{}', error TEXT, verdict TEXT) STRICT;
    CREATE TABLE result (number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, scenario TEXT NOT NULL,
      started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, exam TEXT NOT NULL, operations TEXT NOT NULL,
      checks TEXT NOT NULL) STRICT;
    CREATE TABLE journal (number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL, at INTEGER NOT NULL,
      entry TEXT NOT NULL) STRICT;
    INSERT INTO result VALUES (7, 's', 'mend-the-door', 1, 2, 'passed', 'passed', '[]');
    PRAGMA user_version = 1;`);
  old.close();
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  expect(createResultStore(database).all()).toMatchObject([
    { number: 7, scenario: 'mend-the-door', doneBy: 'learner' },
  ]);
});
