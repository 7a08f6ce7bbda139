import { KubewrightError } from '../../../engine/domain/errors.ts';
import type { ExamPage, ExamQuestion } from '../../../engine/domain/exam.ts';
import type { DrillResult } from '../../../engine/domain/results.ts';
import type { Exams, Records, WaitingClusters } from '../../../engine/engine.ts';

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

const titles = ['A node has gone quiet', 'A drain that does not end', 'The join command in the wiki'];

/**
 * Exams without clusters. By default their clock stands still, and no question has a drill behind it.
 * @param now wall clock milliseconds of the server
 * @param makeSession makes the drill of a question when it is opened, and resolves with its id
 */
export function createFakeExams({
  now = () => 0,
  makeSession,
}: {
  readonly now?: () => number | Promise<number>;
  readonly makeSession?: (exam: string) => Promise<string>;
} = {}) {
  const pages = new Map<string, ExamPage>();
  const calls: string[] = [];
  const change = (id: string, more: Partial<ExamPage>) => {
    const page = pages.get(id);
    if (page === undefined) throw new KubewrightError('EXAM_UNKNOWN', `There is no exam "${id}".`);
    const next = { ...page, ...more };
    pages.set(id, next);
    return next;
  };
  const changeQuestion = (id: string, number: number, more: Partial<ExamQuestion>) => {
    const { questions } = change(id, {});
    return change(id, { questions: questions.map((one) => (one.number === number ? { ...one, ...more } : one)) });
  };
  const exams: Exams = {
    exams: async () => [...pages.values()].toReversed(),
    async exam(id) {
      const page = change(id, { now: await now() });
      // Over time it is handed in by itself.
      if (page.state !== 'running' || page.now < page.endsAt) return page;
      return change(id, { state: 'judging', submittedAt: page.endsAt });
    },
    async start({ questions, seed }) {
      if ([...pages.values()].some(({ state }) => state !== 'finished')) {
        throw new KubewrightError('EXAM_RULES', 'One at a time.');
      }
      const id = `x${pages.size + 1}`;
      const startedAt = await now();
      pages.set(id, {
        ...{ id, seed, state: 'running', startedAt, endsAt: startedAt + 7_200_000, now: startedAt, current: 1 },
        questions: Array.from({ length: questions }, (_, index) => ({
          number: index + 1,
          title: titles[index % titles.length] ?? '',
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
      const { questions } = change(id, { current: question });
      const asked = questions.find(({ number }) => number === question);
      if (makeSession === undefined || asked?.state !== 'unopened') return change(id, {});
      return changeQuestion(id, question, { state: 'open', session: await makeSession(id) });
    },
    async flag(id, question, flagged) {
      calls.push(`flag ${question} ${flagged}`);
      return changeQuestion(id, question, { flagged });
    },
    submit: async (id) => change(id, { state: 'judging', submittedAt: await now() }),
    runningExamOf: () => undefined,
    resume: () => undefined,
    close: async () => undefined,
  };
  return { exams, examCalls: calls, changeExam: change, changeQuestion };
}

/** A pool that keeps nothing. */
export function fakePool(): WaitingClusters {
  return { state: async () => ({ size: 0, waiting: [] }) };
}
