import type { Walkthrough } from '../../engine/domain/aids.ts';
import { h } from './dom.ts';
import { copyable } from './markdown-view.ts';

/** The reference procedure: what is done, why, and what each thing that is judged is worth on a real system. */
export function walkthroughView(walkthrough: Walkthrough): HTMLElement {
  const { intro, clues, steps, judged } = walkthrough;
  return h(
    'div',
    { class: 'walkthrough', testid: 'walkthrough' },
    intro !== '' && h('p', { class: 'walkthrough-intro' }, intro),
    clues.length > 0 && h('h3', {}, 'How to find it'),
    clues.length > 0 && h('ol', { class: 'walkthrough-clues' }, ...clues.map((clue) => h('li', {}, clue))),
    h('h3', {}, 'What is done'),
    h(
      'ol',
      { class: 'walkthrough-steps' },
      ...steps.map(({ why, commands }) =>
        h('li', {}, why !== '' && h('p', {}, why), h('pre', { attr: { tabindex: '0' } }, copyable(commands))),
      ),
    ),
    judged.some(({ meaning }) => meaning !== '') && h('h3', {}, 'Why it is done so'),
    h(
      'dl',
      { class: 'walkthrough-judged' },
      ...judged
        .filter(({ meaning }) => meaning !== '')
        .map(({ check, meaning }) => h('div', {}, h('dt', {}, check), h('dd', {}, meaning))),
    ),
  );
}
