import { type Choice, everything } from './catalogue-choice.ts';
import { h, replaceChildren } from './dom.ts';
import { domainName } from './words.ts';

export interface CatalogueBar {
  readonly element: HTMLElement;
  readonly choice: Choice;
  /** The domains there are, and how many of all drills are shown. */
  tell(domains: readonly string[], shown: number, all: number): void;
  clear(): void;
}

/** What was looked for last; a learner who comes back from a drill finds the list as it was. */
let kept: Choice = everything;

/** Search words, domain, and what is still to be done: narrows the catalogue down as one types. */
export function catalogueBar(onChange: () => void): CatalogueBar {
  const words = h('input', {
    testid: 'catalogue-search',
    attr: { type: 'search', id: 'catalogue-words', placeholder: 'etcd, drain, upgrade…', autocomplete: 'off' },
  });
  const domain = h('select', { testid: 'catalogue-domain', attr: { id: 'catalogue-domain' } });
  const toDo = h('input', { testid: 'catalogue-to-do', attr: { type: 'checkbox' } });
  const count = h('p', { class: 'catalogue-count', testid: 'catalogue-count', attr: { role: 'status' } });
  const show = () => {
    words.value = kept.words;
    domain.value = kept.domain ?? '';
    toDo.checked = kept.onlyToDo;
  };
  const read = () => {
    kept = { words: words.value, onlyToDo: toDo.checked, ...(domain.value === '' ? {} : { domain: domain.value }) };
    onChange();
  };
  for (const part of [words, domain, toDo]) part.addEventListener('input', read);
  const element = h(
    'search',
    { class: 'catalogue-bar' },
    h('div', { class: 'field' }, h('label', { attr: { for: 'catalogue-words' } }, 'Search'), words),
    h('div', { class: 'field' }, h('label', { attr: { for: 'catalogue-domain' } }, 'Domain'), domain),
    h('label', { class: 'toggle' }, toDo, 'Not passed yet'),
    count,
  );
  let known = '';
  return {
    element,
    get choice() {
      return kept;
    },
    tell(domains, shown, all) {
      // A list that is open under the mouse is not replaced by an equal one.
      if (known !== domains.join()) {
        known = domains.join();
        const options = domains.map((id) => h('option', { attr: { value: id } }, domainName(id)));
        replaceChildren(domain, h('option', { attr: { value: '' } }, 'All domains'), ...options);
        show();
      }
      count.textContent = shown === all ? `${all} drills` : `${shown} of ${all} drills`;
    },
    clear() {
      kept = everything;
      show();
      onChange();
      words.focus();
    },
  };
}
