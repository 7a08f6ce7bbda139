import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Debrief } from '../domain/debrief.ts';
import type { DrillResult } from '../domain/results.ts';
import type { CheckResult, VerdictWord } from '../domain/verdict.ts';
import { createStatements, type Row } from './statements.ts';

/** A look at checks, as the debrief wants it. */
export interface StoredLook {
  readonly at: number;
  readonly results: readonly Pick<CheckResult, 'id' | 'role' | 'result'>[];
}

export interface StoredRecording {
  readonly terminal: string;
  readonly machine: string;
  readonly cast: string;
}

/** What is kept of drills beyond their sessions. */
export interface ResultStore {
  /** In the order they were finished. */
  all(): readonly DrillResult[];
  get(number: number): DrillResult | undefined;
  /** The last one of a session. */
  ofSession(session: string): DrillResult | undefined;
  addLook(session: string, look: StoredLook): void;
  looks(session: string): readonly StoredLook[];
  forgetLooks(session: string): void;
  /** Keeps what is left of a drill; its looks are in it and go. */
  keepDebrief(
    result: number,
    kept: {
      readonly session: string;
      readonly doneBy: DrillResult['doneBy'];
      readonly debrief: Debrief;
      readonly recordings: readonly StoredRecording[];
    },
  ): void;
  debrief(result: number): Debrief | undefined;
  /** Without their casts. */
  recordings(result: number): readonly Omit<StoredRecording, 'cast'>[];
  recording(result: number, terminal: string): string | undefined;
  /** Deletes every result, debrief, recording, look and finished exam; sessions that are there stay. */
  deleteAll(): void;
}

export function createResultStore(database: DatabaseSync): ResultStore {
  const { prepare, atomically } = createStatements(database);
  const select =
    'SELECT result.*, exam_question.exam AS of_exam FROM result LEFT JOIN exam_question ON exam_question.result = result.number';
  return {
    all: () => (prepare(`${select} ORDER BY result.number`).all() as Row[]).map(toResult),
    get: (number) => one(prepare(`${select} WHERE result.number = ?`).get(number) as Row | undefined),
    ofSession: (session) =>
      one(
        prepare(`${select} WHERE result.session = ? ORDER BY result.number DESC LIMIT 1`).get(session) as
          | Row
          | undefined,
      ),
    addLook(session, { at, results }) {
      prepare('INSERT INTO look (session, at, results) VALUES (?, ?, ?)').run(session, at, JSON.stringify(results));
    },
    looks: (session) =>
      (prepare('SELECT at, results FROM look WHERE session = ? ORDER BY number').all(session) as Row[]).map((row) => ({
        at: Number(row['at']),
        results: JSON.parse(String(row['results'])) as StoredLook['results'],
      })),
    forgetLooks(session) {
      prepare('DELETE FROM look WHERE session = ?').run(session);
    },
    keepDebrief(result, { session, doneBy, debrief, recordings }) {
      atomically(() => {
        prepare('UPDATE result SET done_by = ? WHERE number = ?').run(doneBy, result);
        prepare('INSERT OR REPLACE INTO debrief (result, document) VALUES (?, ?)').run(result, JSON.stringify(debrief));
        for (const { terminal, machine, cast } of recordings) {
          prepare('INSERT OR REPLACE INTO recording (result, terminal, machine, cast_gzip) VALUES (?, ?, ?, ?)').run(
            result,
            terminal,
            machine,
            gzipSync(cast),
          );
        }
        prepare('DELETE FROM look WHERE session = ?').run(session);
      });
    },
    debrief(result) {
      const row = prepare('SELECT document FROM debrief WHERE result = ?').get(result);
      return row === undefined ? undefined : (JSON.parse(String(row['document'])) as Debrief);
    },
    recordings: (result) =>
      (prepare('SELECT terminal, machine FROM recording WHERE result = ? ORDER BY terminal').all(result) as Row[]).map(
        (row) => ({ terminal: String(row['terminal']), machine: String(row['machine']) }),
      ),
    recording(result, terminal) {
      const row = prepare('SELECT cast_gzip FROM recording WHERE result = ? AND terminal = ?').get(result, terminal);
      return row === undefined ? undefined : gunzipSync(row['cast_gzip'] as Uint8Array).toString('utf8');
    },
    deleteAll() {
      atomically(() => {
        for (const table of ['result', 'debrief', 'recording', 'look']) prepare(`DELETE FROM ${table}`).run();
        prepare('DELETE FROM exam_question WHERE exam IN (SELECT id FROM exam WHERE finished_at IS NOT NULL)').run();
        prepare('DELETE FROM exam WHERE finished_at IS NOT NULL').run();
      });
    },
  };
}

function one(row: Row | undefined): DrillResult | undefined {
  return row === undefined ? undefined : toResult(row);
}

function toResult(row: Row): DrillResult {
  return {
    number: Number(row['number']),
    session: String(row['session']),
    scenario: String(row['scenario']),
    startedAt: Number(row['started_at']),
    finishedAt: Number(row['finished_at']),
    verdict: {
      exam: String(row['exam']) as VerdictWord,
      operations: String(row['operations']) as VerdictWord,
      checks: JSON.parse(String(row['checks'])) as CheckResult[],
    },
    doneBy: row['done_by'] === 'procedure' ? 'procedure' : 'learner',
    ...(row['of_exam'] === null ? {} : { exam: String(row['of_exam']) }),
  };
}
