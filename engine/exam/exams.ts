import { isKubewrightError, KubewrightError } from '../domain/errors.ts';
import { type ExamPage, type ExamQuestion, type ExamState, examRules } from '../domain/exam.ts';
import type { Drills } from '../drill/drills.ts';
import { isAlive } from '../drill/owner.ts';
import type { Exams } from '../engine.ts';
import type { ExamRecord, ExamStore, QuestionRecord } from '../store/exams.ts';
import type { ResultStore } from '../store/results.ts';
import type { SessionStore } from '../store/sessions.ts';
import type { Clock } from '../system/clock.ts';
import { drawQuestions } from './draw.ts';
import { outcomeOf, pointsOf, scoreQuestion } from './score.ts';

export interface ExamDependencies {
  /** Without the rules of exams: they are kept here. */
  readonly drills: Pick<Drills, 'scenarios' | 'scenario' | 'start' | 'finish' | 'stop'>;
  readonly store: ExamStore;
  readonly sessions: Pick<SessionStore, 'get'>;
  readonly results: ResultStore;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Whether the next question's cluster is made while the learner works on this one: a small machine has no hands free. */
  readonly ahead: boolean;
}

/**
 * Exams: questions drawn by a seed, each a drill on a cluster of its own that is made when it is opened, one clock that
 * nothing stops, and no look at a check before the end. Everything is in the store before it is done; what was under way
 * when a process died goes on with resume().
 */
export function createExams(dependencies: ExamDependencies): Exams {
  const { drills, store, sessions, results, clock } = dependencies;
  const closing = new AbortController();
  /** Clusters being made by this process, by exam and number. */
  const making = new Map<string, Promise<void>>();
  const judging = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const insist = (id: string): ExamRecord => {
    const exam = store.get(id);
    if (exam === undefined) throw new KubewrightError('EXAM_UNKNOWN', `there is no exam "${id}"`);
    return exam;
  };
  const insistRunning = (id: string): ExamRecord => {
    const exam = insist(id);
    if (stateOf(exam) !== 'running' || clock.now() >= exam.endsAt) {
      throw new KubewrightError('EXAM_RULES', `exam ${id} is over`, { remedy: 'Look at its result.' });
    }
    return exam;
  };
  const questionOf = (exam: ExamRecord, number: number): QuestionRecord => {
    const question = exam.questions.find((candidate) => candidate.number === number);
    if (question === undefined) throw new KubewrightError('EXAM_UNKNOWN', `exam ${exam.id} has no question ${number}`);
    return question;
  };

  const toQuestion = (exam: ExamRecord, question: QuestionRecord): ExamQuestion => {
    const { number, facts, flagged } = question;
    const head = { number, flagged, title: facts.title, domain: facts.domain, minutes: facts.minutes };
    return { ...head, points: pointsOf(facts), ...progressOf(exam, question) };
  };
  const progressOf = (
    exam: ExamRecord,
    question: QuestionRecord,
  ): Omit<Pick<ExamQuestion, 'state' | 'session' | 'error' | 'result'>, never> => {
    const { session } = question;
    if (exam.finishedAt !== undefined) {
      const result = question.result === undefined ? undefined : results.get(question.result);
      if (result === undefined) return { state: 'judged', ...errorOf(question) };
      const { exam: word, operations, checks } = result.verdict;
      const { earned } = scoreQuestion(question.facts, checks);
      return { state: 'judged', result: { number: result.number, earned, exam: word, operations } };
    }
    const row = session === undefined ? undefined : sessions.get(session);
    if (session === undefined || row === undefined) return { state: 'unopened' };
    switch (row.state) {
      case 'ready':
      case 'finished':
        return { state: 'open', session };
      case 'provisioning':
        return isAlive(row.owner) ? { state: 'making', session } : { state: 'broken', error: interrupted };
      case 'failed':
        return { state: 'broken', error: row.error ?? interrupted };
      case 'stopping':
        return { state: 'broken', error: interrupted };
    }
  };
  const toPage = (exam: ExamRecord): ExamPage => {
    const { id, seed, startedAt, endsAt, submittedAt, finishedAt, current } = exam;
    const scores = exam.questions.flatMap((question) => {
      if (question.error !== undefined) return [];
      const result = question.result === undefined ? undefined : results.get(question.result);
      if (result === undefined) return [{ earned: 0, possible: pointsOf(question.facts) }];
      return [scoreQuestion(question.facts, result.verdict.checks)];
    });
    return {
      ...{ id, seed, startedAt, endsAt, current, state: stateOf(exam), now: clock.now() },
      ...(submittedAt === undefined ? {} : { submittedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt, outcome: outcomeOf(scores) }),
      questions: exam.questions.map((question) => toQuestion(exam, question)),
    };
  };

  /** Makes the cluster of a question; what is left of an earlier try is taken down first. Never rejects: the session says what went wrong. */
  const make = (exam: ExamRecord, question: QuestionRecord): Promise<void> => {
    const key = `${exam.id}/${question.number}`;
    const known = making.get(key);
    if (known !== undefined) return known;
    const named = Promise.withResolvers<void>();
    const work = (async () => {
      try {
        if (question.session !== undefined && sessions.get(question.session) !== undefined) {
          await drills.stop(question.session);
        }
        await drills.start(question.scenario, {
          signal: closing.signal,
          onSession(session) {
            store.setSession(exam.id, question.number, session);
            named.resolve();
          },
        });
      } catch (error) {
        // Before there is a session nobody else would tell it.
        named.reject(error);
      } finally {
        making.delete(key);
      }
      aheadOf(exam.id);
    })();
    named.promise.catch(() => {});
    making.set(key, work);
    return named.promise;
  };
  const aheadOf = (id: string) => {
    if (!dependencies.ahead || closing.signal.aborted || making.size > 0) return;
    const exam = store.get(id);
    if (exam === undefined || stateOf(exam) !== 'running') return;
    const next = exam.questions.find(
      (question) => question.number === exam.current + 1 && progressOf(exam, question).state === 'unopened',
    );
    if (next !== undefined) make(exam, next).catch(() => {});
  };

  /** Judges what is open, one after the other, and takes each cluster down; then the result is there. */
  const judge = (id: string): Promise<void> => {
    const known = judging.get(id);
    if (known !== undefined) return known;
    const work = (async () => {
      await Promise.all(insist(id).questions.flatMap(({ number }) => making.get(`${id}/${number}`) ?? []));
      for (const { number } of insist(id).questions) {
        if (closing.signal.aborted) return;
        await judgeQuestion(id, number);
      }
      store.finish(id, clock.now());
    })().finally(() => judging.delete(id));
    judging.set(id, work);
    // Asked for by nobody in particular: what could not be done is tried again when the exam is looked at.
    work.catch(() => {});
    return work;
  };
  const judgeQuestion = async (id: string, number: number): Promise<void> => {
    const exam = insist(id);
    const question = questionOf(exam, number);
    const { session } = question;
    const row = session === undefined ? undefined : sessions.get(session);
    if (session === undefined || row === undefined) return;
    if (question.result === undefined && question.error === undefined) {
      try {
        if (row.state !== 'ready' && row.state !== 'finished') {
          throw new KubewrightError('SESSION_STATE', row.error?.message ?? 'its cluster was not there');
        }
        await drills.finish(session, { signal: closing.signal });
        const result = results.ofSession(session);
        if (result === undefined) throw new KubewrightError('RESULT_UNKNOWN', 'its result was not kept');
        store.setResult(id, number, { result: result.number });
      } catch (error) {
        if (closing.signal.aborted) return;
        store.setResult(id, number, { error: messageOf(error) });
      }
    }
    // A cluster that resists is for "kubewright clean"; the result does not wait for it.
    await drills.stop(session).catch(() => {});
  };

  /** Waits in this process until the clock is over, and submits then. */
  const watchClock = (exam: ExamRecord) => {
    if (waiting.has(exam.id)) return;
    const wait = (async () => {
      const left = exam.endsAt - clock.now();
      if (left > 0) await clock.sleep(left, closing.signal);
      if (store.submit(exam.id, exam.endsAt)) await judge(exam.id);
    })()
      .catch(() => {})
      .finally(() => waiting.delete(exam.id));
    waiting.set(exam.id, wait);
  };
  const goOn = (exam: ExamRecord) => {
    if (closing.signal.aborted) return;
    const state = stateOf(exam);
    if (state === 'running') watchClock(exam);
    if (state === 'judging') void judge(exam.id);
  };

  return {
    async exams() {
      return store.all().map(toPage);
    },
    async exam(id) {
      const exam = insist(id);
      goOn(exam);
      return toPage(exam);
    },
    async start({ questions, seed }) {
      const running = store.all().find((exam) => stateOf(exam) !== 'finished');
      if (running !== undefined) {
        throw new KubewrightError('EXAM_RULES', `exam ${running.id} is under way: one at a time`);
      }
      const pages = await Promise.all((await drills.scenarios()).map(({ id }) => drills.scenario(id)));
      const drawn = drawQuestions(pages, { count: questions, seed });
      if (drawn.length === 0) throw new KubewrightError('SCENARIO_UNKNOWN', 'there are no drills to draw from');
      const startedAt = clock.now();
      const id = dependencies.newId();
      store.add({
        ...{ id, seed, startedAt, endsAt: startedAt + examRules.minutes * 60_000 },
        questions: drawn.map(({ id: scenario, title, domain, minutes, tasks }) => ({
          scenario,
          facts: { title, domain, minutes, tasks },
        })),
      });
      const exam = insist(id);
      goOn(exam);
      return toPage(exam);
    },
    async open(id, number) {
      const exam = insistRunning(id);
      const question = questionOf(exam, number);
      store.setCurrent(id, number);
      goOn(exam);
      const { state } = progressOf(exam, question);
      if (state === 'unopened' || state === 'broken') await make(exam, question);
      else aheadOf(id);
      return toPage(insist(id));
    },
    async flag(id, number, flagged) {
      questionOf(insistRunning(id), number);
      store.setFlag(id, number, flagged);
      return toPage(insist(id));
    },
    async submit(id) {
      const exam = insist(id);
      if (stateOf(exam) === 'running') store.submit(id, Math.min(clock.now(), exam.endsAt));
      goOn(insist(id));
      return toPage(insist(id));
    },
    runningExamOf(session) {
      const exam = store.ofSession(session);
      return exam !== undefined && exam.finishedAt === undefined ? exam.id : undefined;
    },
    resume() {
      for (const exam of store.all()) goOn(exam);
    },
    async close() {
      closing.abort(new KubewrightError('INTERRUPTED', 'the server is stopping'));
      await Promise.allSettled([...making.values(), ...judging.values(), ...waiting.values()]);
    },
  };
}

const interrupted = {
  message: 'Its cluster was being made or unmade when the server was ended.',
  remedy: 'Open the question again: a fresh cluster is made.',
} as const;

function stateOf(exam: ExamRecord): ExamState {
  if (exam.finishedAt !== undefined) return 'finished';
  return exam.submittedAt === undefined ? 'running' : 'judging';
}

function errorOf({ error }: QuestionRecord): Pick<ExamQuestion, 'error'> {
  return error === undefined
    ? {}
    : { error: { message: `It could not be judged: ${error}`, remedy: 'It counts neither way.' } };
}

function messageOf(error: unknown): string {
  return isKubewrightError(error) || error instanceof Error ? error.message : String(error);
}
