import { KubewrightError } from '../domain/errors.ts';
import type { Drills } from '../drill/drills.ts';
import type { Exams, SessionRow } from '../engine.ts';

/**
 * Drills as everybody but the exam itself may use them: a session that is a question of an exam under way cannot be
 * checked, judged, solved, begun again or stopped by itself, and says whose question it is.
 */
export function withExamRules(drills: Drills, exams: Pick<Exams, 'runningExamOf'>): Drills {
  const refuse = (session: string, what: string) => {
    const exam = exams.runningExamOf(session);
    if (exam === undefined) return;
    throw new KubewrightError('EXAM_RULES', `session ${session} is a question of exam ${exam}: ${what}`);
  };
  const named = (row: SessionRow): SessionRow => {
    const exam = exams.runningExamOf(row.id);
    return exam === undefined ? row : { ...row, exam };
  };
  return {
    ...drills,
    sessions: async () => (await drills.sessions()).map(named),
    session: async (id) => named(await drills.session(id)),
    desk: async (session) => ({
      ...(await drills.desk(session)),
      exam: exams.runningExamOf(session) !== undefined,
    }),
    async check(session, options) {
      refuse(session, 'nothing is checked before the end');
      return await drills.check(session, options);
    },
    async finish(session, options) {
      refuse(session, 'it is submitted with the whole exam');
      return await drills.finish(session, options);
    },
    async lookAgain(session) {
      refuse(session, 'nothing is checked before the end');
      return await drills.lookAgain(session);
    },
    async solve(session, options) {
      refuse(session, 'there is no solution before the end');
      return await drills.solve(session, options);
    },
    async reset(session, options) {
      refuse(session, 'it cannot be begun again');
      return await drills.reset(session, options);
    },
    async stop(session, options) {
      refuse(session, 'its cluster goes when the exam is judged');
      await drills.stop(session, options);
    },
  };
}
