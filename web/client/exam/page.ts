import type { ExamPage, ExamQuestion } from '../../../engine/domain/exam.ts';
import { api, wordsOf } from '../api.ts';
import { confirmed, toast } from '../dialog.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { problem } from '../problem.ts';
import { examBar } from './bar.ts';
import { questionView } from './question.ts';
import { examResult } from './result.ts';

/** How often the page looks at the exam while nothing is pressed: another window may have flagged, or the time may be over. */
const lookEveryMs = 5_000;
/** While a cluster is being made, or the exam judged. */
const lookSoonMs = 1_500;

/** An exam, from its first question to its result. */
export function examPage(id: string): View {
  const element = h('div', { class: 'exam', attr: { 'aria-busy': 'true' } });
  const stage = h('div', { class: 'exam-stage' });
  let exam: ExamPage | undefined;
  let shown: { readonly key: string; readonly view: View } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;

  const act = async (work: () => Promise<ExamPage>) => {
    try {
      follow(await work());
    } catch (error) {
      toast(wordsOf(error));
    }
  };
  const open = (number: number) => act(() => api.openQuestion(id, number));
  const bar = examBar({
    onQuestion: (number) => void open(number),
    onFlag: (number, flagged) => void act(() => api.flagQuestion(id, number, flagged)),
    onSubmit: () => void askToSubmit(),
    // The clock is over: the server submits by itself, and says so when it is asked.
    onOver: () => void look(),
  });
  const askToSubmit = async () => {
    if (exam === undefined) return;
    const { questions } = exam;
    const unopened = questions.filter(({ state }) => state === 'unopened').length;
    const flagged = questions.filter((question) => question.flagged).length;
    const isMeant = await confirmed({
      title: 'Submit the exam?',
      text: [
        'Everything is judged once and for good, and the clusters are removed afterwards.',
        ...(unopened === 0 ? [] : [`${unopened} of ${questions.length} questions have not been opened.`]),
        ...(flagged === 0 ? [] : [`${flagged} flagged to come back to.`]),
      ],
      yes: 'Submit',
    });
    if (isMeant) await act(() => api.submitExam(id));
  };

  const show = (key: string, make: () => View) => {
    if (shown?.key === key) return;
    shown?.view.dispose();
    const view = make();
    shown = { key, view };
    stage.replaceChildren(view.element);
  };
  const follow = (next: ExamPage) => {
    if (isGone) return;
    const isFirst = exam === undefined;
    exam = next;
    element.removeAttribute('aria-busy');
    if (isFirst) element.replaceChildren(bar.element, stage);
    bar.show(next);
    document.title = 'Exam · kubewright';
    const current = next.questions.find(({ number }) => number === next.current);
    bar.element.hidden = next.state !== 'running';
    if (next.state === 'finished') {
      show('result', () => examResult(next));
      return plan(undefined);
    }
    if (next.state === 'judging') {
      show('judging', judgingView);
      return plan(lookSoonMs);
    }
    if (current !== undefined) {
      // The first question opens by itself: the clock runs.
      if (isFirst && current.state === 'unopened') void open(current.number);
      const { state, session } = current;
      // The desk appears where its cluster was made, and stays: another one would take the keys of somebody who types.
      show(`${current.number}/${hasCluster(current) ? session : state}`, () => questionOf(current));
      plan(state === 'making' || state === 'unopened' ? lookSoonMs : lookEveryMs);
    }
    return undefined;
  };
  const questionOf = (question: ExamQuestion): View => {
    const { number, state, error } = question;
    if (hasCluster(question)) return questionView({ question, session: question.session, onLeave: () => bar.focus() });
    if (state === 'broken' && error !== undefined) {
      const again = button('Make it again', {
        kind: 'primary',
        testid: 'question-again',
        onClick: () => void open(number),
      });
      return still(
        h(
          'main',
          { class: 'page' },
          h('h2', {}, 'The cluster of this question could not be made'),
          problem(error, again),
        ),
      );
    }
    return still(h('main', { class: 'page' }, h('p', { class: 'lead' }, 'Opening …')));
  };
  const plan = (afterMs: number | undefined) => {
    clearTimeout(timer);
    if (afterMs !== undefined && !isGone) timer = setTimeout(() => void look(), afterMs);
  };
  const look = async () => {
    try {
      follow(await api.exam(id));
    } catch (error) {
      if (exam === undefined) {
        const page = h(
          'main',
          { class: 'page' },
          h('h1', {}, 'Exam'),
          problem(wordsOf(error), button('Try again', { onClick: () => void look() })),
        );
        return element.replaceChildren(page);
      }
      bar.offline();
      plan(lookEveryMs);
    }
    return undefined;
  };
  void look();

  return {
    element,
    dispose() {
      isGone = true;
      clearTimeout(timer);
      bar.dispose();
      shown?.view.dispose();
    },
  };
}

/** Its cluster is there or being made: in both its session is followed. */
function hasCluster(question: ExamQuestion): question is ExamQuestion & { readonly session: string } {
  return question.session !== undefined && (question.state === 'open' || question.state === 'making');
}

function still(element: HTMLElement): View {
  return { element, dispose: () => undefined };
}

function judgingView(): View {
  const line = h(
    'p',
    { class: 'lead', attr: { role: 'status' } },
    'Each question is judged and its cluster taken down, one after the other. This takes about half a minute a question.',
  );
  const element = h(
    'main',
    { class: 'page', testid: 'exam-judging' },
    h('h1', {}, 'Judging the exam'),
    line,
    h('div', { class: 'working' }),
  );
  replaceChildren(element.lastElementChild ?? element, h('span', { class: 'working-bar' }));
  return still(element);
}
