import { type CheckResult, judge, type Verdict } from '../../engine/domain/verdict.ts';
import type { Desk } from '../../engine/engine.ts';
import { h, replaceChildren } from './dom.ts';
import { resultList, spokenVerdict, verdictCards } from './results.ts';

export interface ChecksPanel {
  readonly element: HTMLElement;
  /** All checks, looked at by pressing Check. */
  checked(verdict: Verdict): void;
  /** Those that can be seen at a glance, as they are now. */
  glanced(checks: readonly CheckResult[]): void;
}

/** The checks beside the task: all of them once Check was pressed, and those that turn while the learner works. */
export function checksPanel(options: {
  readonly desk: Desk;
  readonly onCount: (label: string) => void;
  readonly onSpoken: (words: string) => void;
}): ChecksPanel {
  const { desk, onCount, onSpoken } = options;
  const element = h('div', { class: 'panel-body', testid: 'results' });
  const latest = new Map<string, CheckResult>();
  let isWhole = false;
  /** What the user opened or closed by hand stays so. */
  const touched = new Map<string, boolean>();
  let drawn = '';

  element.addEventListener('click', (event) => {
    const summary = event.target instanceof Element ? event.target.closest('summary') : null;
    const details = summary?.parentElement;
    if (details instanceof HTMLDetailsElement) touched.set(details.dataset['check'] ?? '', !details.open);
  });

  const draw = (turned: ReadonlySet<string>) => {
    const checks = desk.checks.flatMap(({ id }) => latest.get(id) ?? []);
    const state = JSON.stringify([checks, isWhole]);
    if (state === drawn && drawn !== '') return;
    drawn = state;
    const hasFocus = element.contains(document.activeElement);
    const focused = hasFocus ? document.activeElement?.closest('details')?.getAttribute('data-check') : undefined;
    if (checks.length === 0) {
      const text = 'Press Check for a look at how things stand: nothing becomes final. Submit ends the drill.';
      return replaceChildren(element, h('p', { class: 'empty' }, text));
    }
    const passed = checks.filter((check) => check.result === 'passed').length;
    onCount(`Checks ${passed}/${checks.length}`);
    replaceChildren(
      element,
      isWhole
        ? verdictCards(judge(checks))
        : h(
            'p',
            { class: 'live-note' },
            h('span', { class: 'live-dot' }),
            'Live. Press Check to see those that judge the whole drill, too.',
          ),
      resultList(checks, {
        turned,
        read: (id) => desk.checks.find((check) => check.id === id)?.read ?? [],
        isOpen: (check) => touched.get(check.id) ?? (isWhole && check.result !== 'passed'),
      }),
    );
    if (focused !== undefined && focused !== null) {
      element.querySelector<HTMLElement>(`[data-check="${CSS.escape(focused)}"] summary`)?.focus();
    }
  };
  draw(new Set());

  return {
    element,

    checked(verdict) {
      isWhole = true;
      for (const check of verdict.checks) latest.set(check.id, check);
      touched.clear();
      draw(new Set());
      onSpoken(spokenVerdict(verdict));
    },

    glanced(checks) {
      const turned = checks.filter((check) => {
        const before = latest.get(check.id);
        return before !== undefined && before.result !== check.result;
      });
      for (const check of checks) latest.set(check.id, check);
      draw(new Set(turned.map((check) => check.id)));
      if (turned.length > 0) onSpoken(turned.map((check) => `${check.id}: ${check.result}`).join('. '));
    },
  };
}
