import type { Desk } from '../../engine/engine.ts';
import { confirmed, toast } from './dialog.ts';
import { h, replaceChildren, type View } from './dom.ts';
import { type IconName, icon } from './icons.ts';
import { readPaste } from './paste.ts';
import { add, close, keyOf, restore, type Shell, type ShellList, select, toggleSplit } from './shell-list.ts';
import type { TerminalView } from './terminal.ts';
import { changeTerminalSettings, terminalSettings } from './terminal-settings.ts';

export interface ShellsView extends View {
  /** Opens the shells that are shown; once the view is in the page, since a terminal measures the box it is in. */
  open(): void;
  /** Types a command into the shell that was used last, and Enter. */
  run(command: string): Promise<void>;
}

/** The learner's shells: a tab each, one or two of them shown. A reload finds them as they were. */
export function shellsView(options: {
  readonly session: string;
  readonly machines: Desk['machines'];
  /** The user leaves the terminal by the keyboard. */
  readonly onLeave: () => void;
}): ShellsView {
  const { session, machines, onLeave } = options;
  const storageKey = `kubewright-shells-${session}`;
  const views = new Map<string, TerminalView>();
  const panels = new Map<string, HTMLElement>();
  let list = restore(
    sessionStorage.getItem(storageKey),
    machines.map(({ name }) => name),
  );
  let isOpen = false;
  let isGone = false;

  const tabs = h('div', {
    class: 'tab-row',
    attr: { role: 'tablist', 'aria-label': 'Terminals', 'aria-multiselectable': 'true' },
    on: {
      keydown: (event) => {
        if (event.key === 'ArrowRight') moveFocus(1);
        if (event.key === 'ArrowLeft') moveFocus(-1);
        if (event.key === 'Delete') closeTab(document.activeElement?.getAttribute('data-key') ?? '');
      },
    },
  });
  const panes = h('div', { class: 'panes' });
  const tool = (name: IconName, label: string, testid: string, act: () => void) =>
    h(
      'button',
      {
        class: 'tool',
        testid,
        attr: { type: 'button', 'aria-label': label, title: label },
        on: { click: act },
      },
      icon(name, 15),
    );
  const split = tool('split', 'Two terminals side by side', 'split', () => become(toggleSplit(list)));
  const closer = tool('close', 'Close this tab; the shell goes on', 'close-shell', () => closeTab(list.current));
  const reader = tool('speak', 'Screen reader mode', 'screen-reader', () => {
    changeTerminalSettings({ screenReader: !terminalSettings().screenReader });
    drawTools();
  });
  const tools = h(
    'div',
    { class: 'shell-tools', attr: { role: 'toolbar', 'aria-label': 'Terminal tools' } },
    tool('plus', 'One more shell on this machine', 'new-shell', () => become(add(list, current()?.machine ?? ''))),
    closer,
    split,
    tool('search', 'Search the output (Ctrl+Shift+F)', 'find', () => views.get(list.current)?.search()),
    tool('smaller', 'Smaller letters', 'smaller', () => resizeText(-1)),
    tool('larger', 'Larger letters', 'larger', () => resizeText(1)),
    reader,
  );
  const resizeText = (by: number) => changeTerminalSettings({ fontSize: terminalSettings().fontSize + by });
  const current = (): Shell | undefined => list.shells.find((shell) => keyOf(shell) === list.current);
  const drawTools = () => {
    split.setAttribute('aria-pressed', String(list.shown.length === 2));
    reader.setAttribute('aria-pressed', String(terminalSettings().screenReader));
    closer.hidden = (current()?.tab ?? 1) === 1;
  };

  const drawTabs = () => {
    const focused = document.activeElement?.getAttribute('data-key');
    replaceChildren(
      tabs,
      ...list.shells.map((shell) => {
        const key = keyOf(shell);
        const role = machines.find(({ name }) => name === shell.machine)?.role ?? 'worker';
        const isStudent = role === 'student';
        const number = shell.tab === 1 ? '' : ` · ${shell.tab}`;
        const button = h(
          'button',
          {
            class: 'tab',
            testid: `tab-${shell.machine}${shell.tab === 1 ? '' : `-${shell.tab}`}`,
            attr: {
              type: 'button',
              role: 'tab',
              id: `shell-tab-${key}`,
              'aria-controls': `shell-panel-${key}`,
              'aria-selected': String(list.shown.includes(key)),
              tabindex: key === list.current ? '0' : '-1',
              'data-key': key,
              title: isStudent ? 'The host you work on' : `${shell.machine}, ${role}`,
            },
            on: { click: () => become(select(list, key)) },
          },
          icon(isStudent ? 'host' : 'node', 14),
          h('span', {}, `${isStudent ? 'student host' : shell.machine}${number}`),
        );
        button.classList.toggle('tab-current', list.shown.length === 2 && key === list.current);
        return button;
      }),
    );
    if (focused !== null && focused !== undefined) {
      tabs.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }
  };

  const drawPanes = () => {
    for (const shell of list.shells) {
      const key = keyOf(shell);
      const panel =
        panels.get(key) ??
        h('div', {
          class: 'terminal-panel',
          attr: { role: 'tabpanel', id: `shell-panel-${key}`, 'aria-labelledby': `shell-tab-${key}` },
          on: { focusin: () => get(key) },
        });
      if (!panels.has(key)) {
        panels.set(key, panel);
        panes.append(panel);
      }
      const at = list.shown.indexOf(key);
      panel.hidden = at === -1;
      panel.style.order = String(at);
      panel.classList.toggle('terminal-panel-current', list.shown.length === 2 && key === list.current);
    }
    for (const [key, panel] of panels) {
      if (list.shells.some((shell) => keyOf(shell) === key)) continue;
      views.get(key)?.dispose();
      views.delete(key);
      panels.delete(key);
      panel.remove();
    }
  };

  /** The terminal of that key was touched: it has the keys now. */
  const get = (key: string) => {
    if (list.current === key) return;
    list = select(list, key);
    keep();
    drawTabs();
    drawPanes();
    drawTools();
  };
  const keep = () => sessionStorage.setItem(storageKey, JSON.stringify(list));
  const become = (next: ShellList) => {
    list = next;
    keep();
    drawTabs();
    drawPanes();
    drawTools();
    if (isOpen) void openShown();
  };
  const closeTab = (key: string) => become(close(list, key));
  const moveFocus = (by: number) => {
    const buttons = [...tabs.querySelectorAll<HTMLElement>('[role="tab"]')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
  };
  const step = (by: number) => {
    const at = list.shells.findIndex((shell) => keyOf(shell) === list.current);
    const next = list.shells[(at + by + list.shells.length) % list.shells.length];
    if (next !== undefined) become(select(list, keyOf(next)));
  };

  const openShown = async () => {
    const { createTerminalView } = await import('./terminal.ts');
    if (isGone) return;
    for (const key of list.shown) {
      const shell = list.shells.find((candidate) => keyOf(candidate) === key);
      if (shell === undefined || views.has(key)) continue;
      const view = createTerminalView({ session, ...shell, onLeave, onStep: step });
      views.set(key, view);
      panels.get(key)?.append(view.element);
    }
    for (const key of list.shown) views.get(key)?.show();
    views.get(list.current)?.focus();
  };

  drawTabs();
  drawPanes();
  drawTools();

  return {
    element: h('div', { class: 'tabs tabs-machines' }, h('div', { class: 'shell-bar' }, tabs, tools), panes),

    open() {
      isOpen = true;
      void openShown();
    },

    async run(command) {
      const view = views.get(list.current);
      if (view === undefined) return;
      const { text, lines, asks } = readPaste(command);
      const isMeant =
        !asks ||
        (await confirmed({ title: `Run ${lines} lines?`, text: ['Each line is run as it comes.'], yes: 'Run' }));
      if (!isMeant) return;
      if (!view.run(text))
        toast({ message: 'The terminal does not take input now.', remedy: 'Wait until it is connected.' });
    },

    dispose() {
      isGone = true;
      for (const view of views.values()) view.dispose();
    },
  };
}
