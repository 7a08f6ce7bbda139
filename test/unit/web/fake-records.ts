import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { ExamPage } from '../../../engine/domain/exam.ts';
import type { DrillResult } from '../../../engine/domain/results.ts';
import type { Exams, Records } from '../../../engine/engine.ts';

const result: DrillResult = {
  number: 1,
  session: 's1',
  scenario: 'kubelet-down',
  startedAt: 1000,
  finishedAt: 61_000,
  verdict: { exam: 'passed', operations: 'failed', checks: [] },
  doneBy: 'learner',
};

/** Results without a store. */
export function createFakeRecords() {
  const kept = new Map([[1, result]]);
  const records: Records = {
    results: async () => [...kept.values()],
    resultOfSession: async (session) => [...kept.values()].find((one) => one.session === session),
    async debrief(number) {
      const one = kept.get(number);
      if (one === undefined) throw new KubewrightError('RESULT_UNKNOWN', `There is no result ${number}.`);
      return {
        result: one,
        title: 'A node has gone quiet',
        recordings: [{ terminal: 'student-1', machine: 'student' }],
      };
    },
    recording: async (number, terminal) => `cast of ${terminal} in ${number}`,
    progress: async () => ({ drills: kept.size, passed: kept.size, domains: [], scenarios: [], next: [] }),
    exportAll: async () => ({ results: [...kept.values()] }),
    async deleteAll() {
      kept.clear();
    },
  };
  return records;
}

/** Exams without clusters. */
export function createFakeExams() {
  const pages = new Map<string, ExamPage>();
  const calls: string[] = [];
  const change = (id: string, more: Partial<ExamPage>) => {
    const page = pages.get(id);
    if (page === undefined) throw new KubewrightError('EXAM_UNKNOWN', `There is no exam "${id}".`);
    const next = { ...page, ...more };
    pages.set(id, next);
    return next;
  };
  const exams: Exams = {
    exams: async () => [...pages.values()],
    exam: async (id) => change(id, {}),
    async start({ questions, seed }) {
      if (pages.size > 0) throw new KubewrightError('EXAM_RULES', 'One at a time.');
      const id = 'x1';
      pages.set(id, {
        ...{ id, seed, state: 'running', startedAt: 0, endsAt: 7_200_000, now: 0, current: 1 },
        questions: Array.from({ length: questions }, (_, index) => ({
          number: index + 1,
          title: 'A node has gone quiet',
          domain: 'troubleshooting',
          minutes: 8,
          points: 8,
          state: 'unopened',
          flagged: false,
        })),
      });
      return change(id, {});
    },
    async open(id, question) {
      calls.push(`open ${question}`);
      return change(id, { current: question });
    },
    async flag(id, question, flagged) {
      calls.push(`flag ${question} ${flagged}`);
      return change(id, {});
    },
    submit: async (id) => change(id, { state: 'judging' }),
    runningExamOf: () => undefined,
    resume: () => undefined,
    close: async () => undefined,
  };
  return { exams, examCalls: calls };
}
