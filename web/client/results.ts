import type { CheckOutcome, CheckResult, Verdict, VerdictWord } from '../../engine/domain/verdict.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import { outsideLink } from './markdown-view.ts';

const outcomeWords = { passed: 'Passed', failed: 'Failed', errored: 'Could not be judged' } as const satisfies Record<
  CheckOutcome,
  string
>;
const roleWords = {
  objective: { word: 'Objective', about: 'What the exam sees: the end state' },
  safeguard: { word: 'Safeguard', about: 'How an operator must work: nothing broken on the way' },
} as const;

const verdictText = {
  exam: {
    title: 'Exam',
    about: 'The end state, as an exam would mark it',
    passed: 'Every objective is met.',
    failed: 'An objective is not met.',
    inconclusive: 'Something could not be judged. That is never held against you.',
  },
  operations: {
    title: 'Operations',
    about: 'End state and procedure, as a team on call would see them',
    passed: 'Every objective is met and nothing was broken on the way.',
    failed: 'An objective or a safeguard did not hold.',
    inconclusive: 'Something could not be judged. That is never held against you.',
  },
} as const;
const verdictWords = { passed: 'Passed', failed: 'Not passed', inconclusive: 'Inconclusive' } as const satisfies Record<
  VerdictWord,
  string
>;
const verdictIcons = { passed: 'passed', failed: 'failed', inconclusive: 'errored' } as const;

/** Both verdicts, side by side and never mixed up. */
export function verdictCards(verdict: Verdict): HTMLElement {
  const card = (kind: 'exam' | 'operations') => {
    const word = verdict[kind];
    const text = verdictText[kind];
    return h(
      'section',
      {
        class: `verdict verdict-${word}`,
        testid: `verdict-${kind}`,
        attr: { 'data-verdict': word, title: text.about },
      },
      h('span', { class: 'verdict-icon' }, icon(verdictIcons[word], 20)),
      h(
        'div',
        {},
        h('h2', {}, text.title),
        h('p', { class: 'verdict-word' }, verdictWords[word]),
        h('p', { class: 'verdict-text' }, text[word]),
      ),
    );
  };
  return h('div', { class: 'verdicts' }, card('exam'), card('operations'));
}

export interface ResultListOptions {
  /** Pages about what a check looks at, by its id. */
  readonly read?: (check: string) => readonly string[];
  /** Whether a result is shown with its details at first; by default those that say no are. */
  readonly isOpen?: (check: CheckResult) => boolean;
  /** Ids of those that have just turned. */
  readonly turned?: ReadonlySet<string>;
}

/** Every check, those that say no first in the order of the scenario, with what was expected, found, and what it means. */
export function resultList(checks: readonly CheckResult[], options: ResultListOptions = {}): HTMLElement {
  const weight = { failed: 0, errored: 1, passed: 2 } as const satisfies Record<CheckOutcome, number>;
  const sorted = checks.toSorted((left, right) => weight[left.result] - weight[right.result]);
  return h('ul', { class: 'results' }, ...sorted.map((check) => resultItem(check, options)));
}

/** One sentence for whoever can't see the colours turn. */
export function spokenVerdict(verdict: Verdict): string {
  const passed = verdict.checks.filter((check) => check.result === 'passed').length;
  const words = `Exam: ${verdictWords[verdict.exam]}. Operations: ${verdictWords[verdict.operations]}.`;
  return `${words} ${passed} of ${verdict.checks.length} checks passed.`;
}

/** A word for a page outside: the last part of its path. */
export function pageName(url: string): string {
  const { hostname, pathname } = new URL(url);
  return (pathname.split('/').filter(Boolean).at(-1) ?? hostname).replaceAll('-', ' ');
}

function resultItem(
  check: CheckResult,
  { read, isOpen = ({ result }) => result !== 'passed', turned }: ResultListOptions,
): HTMLElement {
  const role = roleWords[check.role];
  const pages = read?.(check.id) ?? [];
  const details = h(
    'details',
    { class: 'result-details', attr: { open: isOpen(check), 'data-check': check.id } },
    h(
      'summary',
      {},
      h('span', { class: 'result-icon' }, icon(check.result, 14)),
      h('span', { class: 'result-name' }, check.id),
      h('span', { class: 'result-word' }, outcomeWords[check.result]),
      h('span', { class: `role role-${check.role}`, attr: { title: role.about } }, role.word),
    ),
    h(
      'dl',
      {},
      h('dt', {}, 'Expected'),
      h('dd', {}, check.expected),
      h('dt', {}, 'Found'),
      h('dd', { class: 'result-found' }, check.found),
      h('dt', {}, 'In operation'),
      h('dd', {}, check.meaning),
      pages.length > 0 && h('dt', {}, 'Read'),
      pages.length > 0 && h('dd', { class: 'result-read' }, ...pages.map((url) => outsideLink(url, pageName(url)))),
    ),
  );
  return h(
    'li',
    {
      class: `result result-${check.result}${turned?.has(check.id) === true ? ' result-turned' : ''}`,
      testid: `result-${check.id}`,
      attr: { 'data-result': check.result },
    },
    details,
  );
}
