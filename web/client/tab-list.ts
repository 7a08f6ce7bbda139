import { h } from './dom.ts';

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly testid: string;
  readonly panel: HTMLElement;
  readonly icon?: Node;
  readonly title?: string;
}

export interface TabList {
  readonly element: HTMLElement;
  select(id: string): void;
  relabel(id: string, label: string): void;
}

/** Tabs as the ARIA practices describe them: one of them takes the Tab key, arrows go to the others. */
export function tabList(options: {
  readonly label: string;
  readonly kind: string;
  readonly tabs: readonly Tab[];
  readonly onSelect?: (id: string, panel: HTMLElement) => void;
}): TabList {
  const { label, kind, tabs, onSelect } = options;
  const buttons = new Map<string, { button: HTMLButtonElement; text: HTMLElement; tab: Tab }>();

  const select = (id: string) => {
    for (const [other, { button, tab }] of buttons) {
      const isSelected = other === id;
      button.setAttribute('aria-selected', String(isSelected));
      button.tabIndex = isSelected ? 0 : -1;
      tab.panel.hidden = !isSelected;
    }
    const panel = buttons.get(id)?.tab.panel;
    if (panel !== undefined) onSelect?.(id, panel);
  };

  const moveFocus = (from: string, by: number) => {
    const ids = [...buttons.keys()];
    const next = ids[(ids.indexOf(from) + by + ids.length) % ids.length];
    if (next !== undefined) buttons.get(next)?.button.focus();
  };

  for (const tab of tabs) {
    const panelId = `panel-${kind}-${tab.id}`;
    const text = h('span', {}, tab.label);
    const button = h(
      'button',
      {
        class: 'tab',
        testid: tab.testid,
        attr: { type: 'button', role: 'tab', 'aria-controls': panelId, id: `tab-${kind}-${tab.id}`, title: tab.title },
        on: {
          click: () => select(tab.id),
          keydown: (event) => {
            if (event.key === 'ArrowRight') moveFocus(tab.id, 1);
            if (event.key === 'ArrowLeft') moveFocus(tab.id, -1);
          },
        },
      },
      tab.icon,
      text,
    );
    tab.panel.id = panelId;
    tab.panel.setAttribute('role', 'tabpanel');
    tab.panel.setAttribute('aria-labelledby', button.id);
    buttons.set(tab.id, { button, text, tab });
  }

  const element = h(
    'div',
    { class: `tabs tabs-${kind}` },
    h(
      'div',
      { class: 'tab-row', attr: { role: 'tablist', 'aria-label': label } },
      ...[...buttons.values()].map(({ button }) => button),
    ),
    ...tabs.map((tab) => tab.panel),
  );
  for (const [index, { button, tab }] of [...buttons.values()].entries()) {
    button.setAttribute('aria-selected', String(index === 0));
    button.tabIndex = index === 0 ? 0 : -1;
    tab.panel.hidden = index !== 0;
  }

  return {
    element,
    select,
    relabel(id, text) {
      const entry = buttons.get(id);
      if (entry !== undefined) entry.text.textContent = text;
    },
  };
}
