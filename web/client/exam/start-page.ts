import { domainWeights, type ExamPage, examRules } from '../../../engine/domain/exam.ts';
import { mostQuestions } from '../../protocol.ts';
import { api, wordsOf } from '../api.ts';
import { confirmed, toast } from '../dialog.ts';
import { button, h, replaceChildren, type View } from '../dom.ts';
import { problem } from '../problem.ts';
import { domainName } from '../words.ts';

const usualQuestions = 5;

/** What an exam is, one to begin or to go on in, and those that are over. */
export function examStartPage(): View {
  const content = h('div', { attr: { 'aria-busy': 'true' } }, h('p', { class: 'waiting-line' }, 'Loading …'));
  const element = h(
    'main',
    { class: 'page exam-start' },
    h(
      'div',
      { class: 'page-head' },
      h('h1', {}, 'Exam'),
      h(
        'p',
        { class: 'lead' },
        `Several drills against one clock of ${examRules.minutes / 60} hours, as in the certification exam. ${examRules.passPercent} % of the points pass.`,
      ),
    ),
    content,
  );
  const show = async () => {
    try {
      const [exams, scenarios] = await Promise.all([api.exams(), api.scenarios()]);
      content.removeAttribute('aria-busy');
      const running = exams.find(({ state }) => state !== 'finished');
      replaceChildren(
        content,
        running === undefined ? beginPart(scenarios.map(({ domain }) => domain)) : goOnPart(running),
        rulesPart(),
        pastPart(exams.filter(({ state }) => state === 'finished')),
      );
    } catch (error) {
      replaceChildren(content, problem(wordsOf(error), button('Try again', { onClick: () => void show() })));
    }
  };
  void show();
  return { element, dispose: () => undefined };
}

function goOnPart(exam: ExamPage): HTMLElement {
  const words = exam.state === 'judging' ? 'An exam is being judged.' : 'An exam is under way. Its clock runs.';
  return h(
    'section',
    { class: 'box' },
    h('p', { class: 'box-lead' }, words),
    button('Go on', {
      kind: 'primary',
      testid: 'exam-go-on',
      onClick: () => {
        location.hash = `#/exam/${exam.id}`;
      },
    }),
  );
}

function beginPart(domains: readonly string[]): HTMLElement {
  const most = Math.min(mostQuestions, domains.length);
  const count = h('input', {
    testid: 'exam-questions',
    attr: {
      type: 'number',
      min: '1',
      max: String(most),
      value: String(Math.min(usualQuestions, most)),
      id: 'exam-questions',
    },
  });
  const seed = h('input', {
    testid: 'exam-seed',
    attr: {
      type: 'text',
      maxlength: '40',
      value: drawSeed(),
      id: 'exam-seed',
      spellcheck: 'false',
      autocomplete: 'off',
    },
  });
  const begin = async () => {
    const questions = Math.trunc(Number(count.value));
    if (!(questions >= 1 && questions <= most)) {
      return toast({ message: `An exam has 1 to ${most} questions here.`, remedy: 'Each drill comes at most once.' });
    }
    if (!/^[\w.-]{1,40}$/.test(seed.value)) {
      return toast({ message: 'That is no seed.', remedy: 'Use letters, digits, dots and dashes.' });
    }
    const isMeant = await confirmed({
      title: `Begin an exam of ${questions} ${questions === 1 ? 'question' : 'questions'}?`,
      text: [`The clock of ${examRules.minutes} minutes starts at once, and nothing stops it.`],
      yes: 'Begin',
    });
    if (!isMeant) return;
    go.disabled = true;
    try {
      const exam = await api.startExam(questions, seed.value);
      location.hash = `#/exam/${exam.id}`;
    } catch (error) {
      toast(wordsOf(error));
      go.disabled = false;
    }
  };
  const go = button('Begin', { kind: 'primary', testid: 'exam-begin', onClick: () => void begin() });
  return h(
    'form',
    {
      class: 'box exam-form',
      on: {
        submit: (event) => {
          event.preventDefault();
          void begin();
        },
      },
    },
    h(
      'div',
      { class: 'field' },
      h('label', { attr: { for: 'exam-questions' } }, 'Questions'),
      count,
      h(
        'p',
        { class: 'hint-line' },
        domains.length === 1 ? 'there is one drill' : `of ${domains.length} drills there are`,
      ),
    ),
    h(
      'div',
      { class: 'field' },
      h('label', { attr: { for: 'exam-seed' } }, 'Seed'),
      seed,
      h('p', { class: 'hint-line' }, 'the same seed draws the same questions'),
    ),
    go,
  );
}

function rulesPart(): HTMLElement {
  const weights = Object.entries(domainWeights).map(([domain, weight]) => `${domainName(domain)} ${weight} %`);
  return h(
    'section',
    { class: 'exam-rules' },
    h('h2', {}, 'How it goes'),
    h(
      'ul',
      { class: 'plain-list' },
      h('li', {}, `Questions are drawn by the weight of their domain: ${weights.join(', ')}.`),
      h(
        'li',
        {},
        'Each question has a cluster and a host of its own. It is made when you open the question, which takes about a minute on two cores: the machine need not carry all of them at once. From four cores on, the next one is made while you work.',
      ),
      h(
        'li',
        {},
        'No hints, no checks, no solution before the end. Everything is judged when you submit, or when the time is over.',
      ),
      h(
        'li',
        {},
        'Going away does not stop the clock. A reload, a crash or a restart of the server loses nothing: questions, clock, flags and shells stay.',
      ),
      h('li', {}, 'The end state counts, as in the exam. What was broken on the way is shown in the review.'),
    ),
  );
}

function pastPart(exams: readonly ExamPage[]): HTMLElement | false {
  if (exams.length === 0) return false;
  return h(
    'section',
    { class: 'exam-past' },
    h('h2', {}, 'Exams so far'),
    h(
      'ul',
      { class: 'rows' },
      ...exams.map((exam) =>
        h(
          'li',
          {},
          h('a', { attr: { href: `#/exam/${exam.id}` } }, new Date(exam.startedAt).toLocaleString()),
          h('span', {}, `${exam.questions.length} questions, seed ${exam.seed}`),
          h(
            'span',
            { class: `score score-${exam.outcome?.verdict ?? 'inconclusive'}` },
            exam.outcome === undefined || exam.outcome.verdict === 'inconclusive'
              ? 'Inconclusive'
              : `${exam.outcome.percent} %`,
          ),
        ),
      ),
    ),
  );
}

function drawSeed(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
