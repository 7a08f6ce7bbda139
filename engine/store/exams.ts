import type { DatabaseSync } from 'node:sqlite';
import { createStatements, type Row } from './statements.ts';

export interface ExamRecord {
  readonly id: string;
  readonly seed: string;
  /** Wall clock milliseconds. */
  readonly startedAt: number;
  readonly endsAt: number;
  /** Handed in, or over time. */
  readonly submittedAt?: number;
  readonly finishedAt?: number;
  readonly current: number;
  readonly questions: readonly QuestionRecord[];
}

export interface QuestionRecord {
  /** From 1. */
  readonly number: number;
  readonly scenario: string;
  readonly facts: QuestionFacts;
  /** Of the cluster that was made for it last. */
  readonly session?: string;
  readonly flagged: boolean;
  /** Number of its result. */
  readonly result?: number;
  /** Why it could not be judged. */
  readonly error?: string;
}

/** The scenario as it was when it was drawn. */
export interface QuestionFacts {
  readonly title: string;
  readonly domain: string;
  readonly minutes: number;
  readonly tasks: readonly { readonly id: string; readonly points: number }[];
}

/** Exams, written before anything is done about them: a server that is killed loses nothing. */
export interface ExamStore {
  add(exam: {
    readonly id: string;
    readonly seed: string;
    readonly startedAt: number;
    readonly endsAt: number;
    readonly questions: readonly Pick<QuestionRecord, 'scenario' | 'facts'>[];
  }): void;
  get(id: string): ExamRecord | undefined;
  /** The newest first. */
  all(): readonly ExamRecord[];
  /** The exam that a session is a question of. */
  ofSession(session: string): ExamRecord | undefined;
  setCurrent(id: string, number: number): void;
  setFlag(id: string, number: number, flagged: boolean): void;
  setSession(id: string, number: number, session: string): void;
  setResult(id: string, number: number, outcome: { readonly result: number } | { readonly error: string }): void;
  /** False when it was submitted before. */
  submit(id: string, at: number): boolean;
  finish(id: string, at: number): void;
}

export function createExamStore(database: DatabaseSync): ExamStore {
  const { prepare, atomically } = createStatements(database);
  const questions = (id: string) =>
    (prepare('SELECT * FROM exam_question WHERE exam = ? ORDER BY number').all(id) as Row[]).map(toQuestion);
  const toExam = (row: Row): ExamRecord => ({
    id: String(row['id']),
    seed: String(row['seed']),
    startedAt: Number(row['started_at']),
    endsAt: Number(row['ends_at']),
    ...(row['submitted_at'] === null ? {} : { submittedAt: Number(row['submitted_at']) }),
    ...(row['finished_at'] === null ? {} : { finishedAt: Number(row['finished_at']) }),
    current: Number(row['current']),
    questions: questions(String(row['id'])),
  });
  const get = (id: string): ExamRecord | undefined => {
    const row = prepare('SELECT * FROM exam WHERE id = ?').get(id) as Row | undefined;
    return row === undefined ? undefined : toExam(row);
  };
  const setQuestion = (column: 'flagged' | 'session' | 'result' | 'error', value: string | number) => ({
    of: (id: string, number: number) =>
      void prepare(`UPDATE exam_question SET ${column} = ? WHERE exam = ? AND number = ?`).run(value, id, number),
  });
  return {
    get,
    add({ id, seed, startedAt, endsAt, questions: drawn }) {
      atomically(() => {
        prepare('INSERT INTO exam (id, seed, started_at, ends_at, current) VALUES (?, ?, ?, ?, 1)').run(
          ...[id, seed, startedAt, endsAt],
        );
        for (const [index, { scenario, facts }] of drawn.entries()) {
          prepare('INSERT INTO exam_question (exam, number, scenario, facts) VALUES (?, ?, ?, ?)').run(
            ...[id, index + 1, scenario, JSON.stringify(facts)],
          );
        }
      });
    },
    all: () => (prepare('SELECT * FROM exam ORDER BY started_at DESC, rowid DESC').all() as Row[]).map(toExam),
    ofSession(session) {
      const row = prepare('SELECT exam FROM exam_question WHERE session = ?').get(session);
      return row === undefined ? undefined : get(String(row['exam']));
    },
    setCurrent(id, number) {
      prepare('UPDATE exam SET current = ? WHERE id = ?').run(number, id);
    },
    setFlag: (id, number, flagged) => setQuestion('flagged', flagged ? 1 : 0).of(id, number),
    setSession: (id, number, session) => setQuestion('session', session).of(id, number),
    setResult: (id, number, outcome) =>
      'result' in outcome
        ? setQuestion('result', outcome.result).of(id, number)
        : setQuestion('error', outcome.error).of(id, number),
    submit: (id, at) =>
      prepare('UPDATE exam SET submitted_at = ? WHERE id = ? AND submitted_at IS NULL').run(at, id).changes === 1,
    finish(id, at) {
      prepare('UPDATE exam SET finished_at = ? WHERE id = ?').run(at, id);
    },
  };
}

function toQuestion(row: Row): QuestionRecord {
  return {
    number: Number(row['number']),
    scenario: String(row['scenario']),
    facts: JSON.parse(String(row['facts'])) as QuestionFacts,
    flagged: row['flagged'] === 1,
    ...(row['session'] === null ? {} : { session: String(row['session']) }),
    ...(row['result'] === null ? {} : { result: Number(row['result']) }),
    ...(row['error'] === null ? {} : { error: String(row['error']) }),
  };
}
