import type { HintBoard } from '../../engine/domain/aids.ts';
import { api, wordsOf } from './api.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren } from './dom.ts';
import { icon } from './icons.ts';
import { walkthroughView } from './walkthrough.ts';

export interface HintsPanel {
  readonly element: HTMLElement;
  show(board: HintBoard): void;
}

/** Hints step by step, each with its price, those that the cluster makes appear, and at the end the solution. */
export function hintsPanel(options: {
  readonly session: string;
  readonly taskTitle: (task: string) => string | undefined;
  /** Whether the drill has been judged: then the solution costs nothing. */
  readonly isOver: () => boolean;
  readonly onBoard: (board: HintBoard) => void;
}): HintsPanel {
  const { session, taskTitle, isOver, onBoard } = options;
  const list = h('div', { class: 'hints', testid: 'hints' });
  const solution = h('div', { class: 'solution' });
  const element = h('div', { class: 'panel-body', testid: 'hints-panel' }, list, solution);
  let drawn = '';
  let hasSolution = false;

  const take = async (id: string) => {
    try {
      onBoard(await api.takeHint(session, id));
      list.querySelector<HTMLElement>(`[data-testid="hint-${CSS.escape(id)}"]`)?.focus();
    } catch (error) {
      toast(wordsOf(error));
    }
  };

  const reveal = async () => {
    const isMeant =
      isOver() ||
      (await confirmed({
        title: 'See the solution?',
        text: ['You give up the points of this drill. The cluster stays, so that you can do it by the solution.'],
        yes: 'Give up and see it',
        isDangerous: true,
      }));
    if (!isMeant) return;
    try {
      const walkthrough = await api.walkthrough(session, !isOver());
      hasSolution = true;
      replaceChildren(solution, h('h2', { attr: { tabindex: '-1' } }, 'The solution'), walkthroughView(walkthrough));
      solution.querySelector('h2')?.focus();
    } catch (error) {
      toast(wordsOf(error));
    }
  };

  return {
    element,
    show(board) {
      const state = JSON.stringify([board, isOver()]);
      if (state === drawn) return;
      drawn = state;
      const tasks = new Set(board.hints.map((hint) => hint.task));
      replaceChildren(
        list,
        board.hints.length === 0 && h('p', { class: 'empty' }, 'There are no hints for this drill.'),
        ...board.hints.map((hint) =>
          hint.state === 'taken'
            ? h(
                'article',
                { class: 'hint', testid: `hint-${hint.id}`, attr: { tabindex: '-1' } },
                h(
                  'p',
                  { class: 'hint-head' },
                  icon('bulb', 14),
                  hint.because === undefined ? 'Hint' : `Because of ${hint.because}`,
                  tasks.size > 1 && h('span', {}, ` · ${taskTitle(hint.task) ?? hint.task}`),
                  hint.cost > 0 && h('span', { class: 'points' }, `−${points(hint.cost)}`),
                ),
                h('p', {}, hint.text ?? ''),
              )
            : !isOver() &&
              h(
                'div',
                { class: 'hint hint-offered' },
                h(
                  'p',
                  {},
                  hint.because === undefined
                    ? `The next hint${tasks.size > 1 ? ` for ${taskTitle(hint.task) ?? hint.task}` : ''}`
                    : `A hint about what the cluster shows now (${hint.because})`,
                ),
                button(hint.cost === 0 ? 'Show it' : `Show it for ${points(hint.cost)}`, {
                  testid: `take-${hint.id}`,
                  onClick: () => void take(hint.id),
                }),
              ),
        ),
        board.spent > 0 && h('p', { class: 'hint-sum' }, `Hints have cost ${points(board.spent)} so far.`),
      );
      if (hasSolution) return;
      replaceChildren(
        solution,
        board.gaveUp && !isOver() && h('p', { class: 'empty' }, 'You have given up the points of this drill.'),
        button(isOver() || board.gaveUp ? 'See the solution' : 'Give up and see the solution …', {
          testid: 'solution',
          onClick: () => void reveal(),
        }),
      );
    },
  };
}

function points(count: number): string {
  return count === 1 ? '1 point' : `${count} points`;
}
