import { type Child, h } from './dom.ts';

/** What went wrong and what to do about it, with the buttons that do it. */
export function problem(
  words: { readonly message: string; readonly remedy: string },
  ...actions: Child[]
): HTMLElement {
  return h(
    'div',
    { class: 'problem', testid: 'problem', attr: { role: 'alert' } },
    h('p', { class: 'problem-message' }, words.message),
    h('p', { class: 'problem-remedy' }, words.remedy),
    actions.length > 0 && h('div', { class: 'actions' }, ...actions),
  );
}
