import { type ExamPage, type ExamQuestion, examRules } from '../../../engine/domain/exam.ts';
import { h, type View } from '../dom.ts';
import { icon } from '../icons.ts';
import { durationText } from '../time.ts';
import { domainName } from '../words.ts';

const words = { passed: 'Passed', failed: 'Not passed', inconclusive: 'Inconclusive' } as const;
const icons = { passed: 'passed', failed: 'failed', inconclusive: 'errored' } as const;

/** What an exam came to, question by question, with the way to each debrief. */
export function examResult(exam: ExamPage): View {
  const { outcome, questions } = exam;
  const verdict = outcome?.verdict ?? 'inconclusive';
  const about = {
    passed: `${examRules.passPercent} % were needed.`,
    failed: `${examRules.passPercent} % were needed.`,
    inconclusive: 'Nothing could be judged. That is never held against you.',
  }[verdict];
  const element = h(
    'main',
    { class: 'page exam-result', testid: 'exam-result', attr: { 'data-verdict': verdict } },
    h('p', { class: 'eyebrow' }, h('a', { attr: { href: '#/exam' } }, 'Exam'), ' / Result'),
    h(
      'section',
      { class: `verdict verdict-${verdict}` },
      h('span', { class: 'verdict-icon' }, icon(icons[verdict], 22)),
      h(
        'div',
        {},
        h('h1', {}, words[verdict]),
        h(
          'p',
          { class: 'exam-percent' },
          h('strong', { testid: 'exam-percent' }, `${outcome?.percent ?? 0} %`),
          ` ${outcome?.earned ?? 0} of ${outcome?.possible ?? 0} points. ${about}`,
        ),
      ),
    ),
    h(
      'dl',
      { class: 'figures' },
      figure('Time', durationText((exam.submittedAt ?? exam.endsAt) - exam.startedAt)),
      figure('Questions', String(questions.length)),
      figure('Seed', exam.seed),
    ),
    h('h2', {}, 'Review'),
    h('ol', { class: 'review' }, ...questions.map(reviewItem)),
  );
  return { element, dispose: () => undefined };
}

function reviewItem(question: ExamQuestion): HTMLElement {
  const { number, title, domain, points, result, error, flagged } = question;
  const outcome = result?.exam ?? (error === undefined ? 'failed' : 'inconclusive');
  const note =
    result === undefined
      ? (error?.message ?? 'Not opened.')
      : result.exam === 'passed' && result.operations === 'failed'
        ? 'The end state is right, but something was broken on the way.'
        : result.exam === 'inconclusive'
          ? 'It could not be judged and counts neither way.'
          : '';
  return h(
    'li',
    { class: `review-item result-${outcome === 'inconclusive' ? 'errored' : outcome}`, testid: `review-${number}` },
    h('span', { class: 'result-icon' }, icon(icons[outcome], 14)),
    h(
      'div',
      { class: 'review-text' },
      h('h3', {}, `${number}. ${title}`),
      h('p', {}, `${domainName(domain)}${flagged ? ', flagged' : ''}`),
      note !== '' && h('p', { class: outcome === 'passed' ? 'review-note review-harm' : 'review-note' }, note),
    ),
    h('span', { class: 'review-points' }, outcome === 'inconclusive' ? '–' : `${result?.earned ?? 0} / ${points}`),
    result === undefined
      ? h('span')
      : h('a', { class: 'button button-plain', attr: { href: `#/debrief/${result.number}` } }, 'Debrief'),
  );
}

function figure(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}
