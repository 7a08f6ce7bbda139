import { type ExamPage, type ExamQuestion, examRules } from '../../../engine/domain/exam.ts';
import { toast } from '../dialog.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { icon } from '../icons.ts';
import { clockText, everySecond } from '../time.ts';

export interface ExamBar extends View {
  show(exam: ExamPage): void;
  /** The server does not answer. */
  offline(): void;
  /** Takes the keys: to the question that is worked on. */
  focus(): void;
}

const stateWords = {
  unopened: 'not opened yet',
  making: 'its cluster is being made',
  open: 'opened',
  broken: 'its cluster could not be made',
  judged: 'judged',
} as const satisfies Record<ExamQuestion['state'], string>;

/** The questions, the clock, and what can be done with both: above everything while the exam runs. */
export function examBar(on: {
  readonly onQuestion: (number: number) => void;
  readonly onFlag: (number: number, flagged: boolean) => void;
  readonly onSubmit: () => void;
  readonly onOver: () => void;
}): ExamBar {
  let exam: ExamPage | undefined;
  /** The server's clock less ours. */
  let skew = 0;
  let leftBefore = Number.POSITIVE_INFINITY;
  const questions = new Map<number, QuestionButton>();

  const list = h('div', { class: 'exam-questions', attr: { role: 'group', 'aria-label': 'Questions' } });
  const clock = h('span', {
    class: 'exam-clock',
    testid: 'exam-clock',
    attr: { role: 'timer', 'aria-label': 'Time left' },
  });
  const heading = h('h1', { class: 'exam-title' });
  const away = h(
    'span',
    { class: 'exam-away', attr: { role: 'status', hidden: true } },
    'The server does not answer; the clock goes on.',
  );
  const flag = button('Flag', {
    testid: 'exam-flag',
    icon: icon('flag', 14),
    onClick: () => withCurrent(({ number, flagged }) => on.onFlag(number, !flagged)),
  });
  const step = (by: 1 | -1) => withCurrent(({ number }) => on.onQuestion(number + by));
  const back = button('Previous', { testid: 'exam-previous', onClick: () => step(-1) });
  const forth = button('Next', { testid: 'exam-next', onClick: () => step(1) });
  const submit = button('Submit exam', { kind: 'primary', testid: 'exam-submit', onClick: on.onSubmit });
  const element = h(
    'div',
    { class: 'exam-bar' },
    clock,
    list,
    heading,
    away,
    h('div', { class: 'exam-actions' }, back, forth, flag, submit),
  );

  const withCurrent = (work: (question: ExamQuestion) => void) => {
    const current = exam?.questions.find(({ number }) => number === exam?.current);
    if (current !== undefined) work(current);
  };
  const tick = () => {
    if (exam === undefined || exam.state !== 'running') return;
    const left = exam.endsAt - (Date.now() + skew);
    replaceChildren(clock, icon('clock', 16), clockText(left));
    clock.classList.toggle('exam-clock-short', left <= minutes(examRules.warnings[0]));
    clock.classList.toggle('exam-clock-last', left <= minutes(examRules.warnings[2]));
    // A page that slept may have missed some: the last one is the one that counts.
    const passed = examRules.warnings.findLast((warning) => left <= minutes(warning) && leftBefore > minutes(warning));
    if (passed !== undefined && Number.isFinite(leftBefore)) toast({ message: `${passed} minutes left.` });
    if (left <= 0 && leftBefore > 0) on.onOver();
    leftBefore = left;
  };
  const stop = everySecond(tick);

  return {
    element,
    show(next) {
      exam = next;
      skew = next.now - Date.now();
      away.hidden = true;
      const isRunning = next.state === 'running';
      for (const question of next.questions) {
        const known = questions.get(question.number) ?? questionButton(question.number, on.onQuestion);
        if (!questions.has(question.number)) list.append(known.element);
        questions.set(question.number, known);
        known.show(question, next);
      }
      for (const each of [back, forth, flag, submit]) each.disabled = !isRunning;
      back.disabled ||= next.current === 1;
      forth.disabled ||= next.current === next.questions.length;
      withCurrent(({ flagged, number, title }) => {
        heading.textContent = title;
        heading.title = `Question ${number}: ${title}`;
        flag.setAttribute('aria-pressed', String(flagged));
        flag.classList.toggle('button-on', flagged);
      });
      tick();
    },
    offline() {
      away.hidden = false;
    },
    focus: () => list.querySelector<HTMLElement>('[aria-current]')?.focus(),
    dispose: stop,
  };
}

interface QuestionButton {
  readonly element: HTMLElement;
  show(question: ExamQuestion, exam: ExamPage): void;
}

/** One question in the bar: the same element through every look at the exam, since it may have the keys. */
function questionButton(number: number, onQuestion: (number: number) => void): QuestionButton {
  const element = h('button', {
    testid: `exam-question-${number}`,
    attr: { type: 'button' },
    on: { click: () => onQuestion(number) },
  });
  return {
    element,
    show({ title, flagged, state }, exam) {
      const words = `Question ${number}, ${title}: ${stateWords[state]}${flagged ? ', flagged' : ''}`;
      element.className = `exam-question exam-question-${state}${flagged ? ' exam-question-flagged' : ''}`;
      element.title = words;
      element.setAttribute('aria-label', words);
      element.disabled = exam.state !== 'running';
      element.dataset['state'] = state;
      element.dataset['flagged'] = String(flagged);
      if (number === exam.current) element.setAttribute('aria-current', 'true');
      else element.removeAttribute('aria-current');
      replaceChildren(element, String(number), flagged && icon('flag', 10));
    },
  };
}

function minutes(count: number): number {
  return count * 60_000;
}
