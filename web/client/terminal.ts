import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { boundAnnouncements } from './announced.ts';
import { retryAfterMs, socketUrl } from './backoff.ts';
import { copyText } from './copy.ts';
import { confirmed, toast } from './dialog.ts';
import { button, h, replaceChildren, type View } from './dom.ts';
import { icon } from './icons.ts';
import { askToOpen } from './outside.ts';
import { readPaste } from './paste.ts';
import { createScreen, restart, writeInPieces } from './screen.ts';
import { createTerminalLink, type LinkSocket, type LinkState } from './terminal-link.ts';
import { onTerminalSettings, terminalSettings } from './terminal-settings.ts';

const searchColours = {
  matchBackground: '#5a4a1a',
  activeMatchBackground: '#a8821f',
  matchOverviewRuler: '#a8821f',
  activeMatchColorOverviewRuler: '#ffc24b',
} as const;

export interface TerminalView extends View {
  /** Opens the shell and fits the screen into its box; call it when the tab is shown. */
  show(): void;
  /** Takes the keys. */
  focus(): void;
  search(): void;
  /** Types a command and Enter. False when it was not taken. */
  run(command: string): boolean;
}

/** One shell on one machine. */
export function createTerminalView(options: {
  readonly session: string;
  readonly machine: string;
  /** Number of the shell on its machine. */
  readonly tab: number;
  readonly onLeave: () => void;
  /** To the next terminal or the one before, by the keyboard. */
  readonly onStep: (by: 1 | -1) => void;
}): TerminalView {
  const { session, machine, tab, onLeave, onStep } = options;
  const name = tab === 1 ? machine : `${machine}, shell ${tab}`;
  const screenBox = h('div', { class: 'terminal-screen', testid: 'terminal' });
  const stateLine = h('div', { class: 'terminal-state', attr: { role: 'status', hidden: true } });
  const terminal = createScreen({
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontSize: terminalSettings().fontSize,
    screenReaderMode: terminalSettings().screenReader,
    scrollback: 10_000,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  // Also where the words are the address: what is printed may fill the screen with it, and a press was meant for the terminal.
  terminal.loadAddon(new WebLinksAddon((_event, url) => void askToOpen(url)));

  const link = createTerminalLink({
    path: `/ws/terminal/${session}/${machine}/${tab}`,
    screen: {
      get cols() {
        return terminal.cols;
      },
      get rows() {
        return terminal.rows;
      },
      write: (bytes, parsed) => writeInPieces(terminal, bytes, parsed),
      restart(lostBytes) {
        restart(terminal);
        if (lostBytes > 0) terminal.write(`\u001b[2m[${lostBytes} bytes of output were not kept]\u001b[0m\r\n`);
      },
    },
    openSocket: (path) => new WebSocket(socketUrl(path)) as LinkSocket,
    retryAfterMs,
    onState: (state) => showState(state),
  });

  let state: LinkState = { is: 'connecting', attempt: 0 };
  const showState = (next: LinkState) => {
    state = next;
    screenBox.dataset['state'] = next.is;
    const line = stateWords(next);
    stateLine.hidden = line === undefined;
    replaceChildren(
      stateLine,
      h('span', {}, line ?? ''),
      (next.is === 'taken-over' || next.is === 'ended' || next.is === 'refused') &&
        button(next.is === 'taken-over' ? 'Take it back' : next.is === 'ended' ? 'New shell' : 'Try again', {
          onClick: () => {
            link.connect();
            terminal.focus();
          },
        }),
    );
  };

  // A key event comes just before the data it makes, and a paste makes its data at once: that tells what the user does
  // from the answers to queries in the output.
  let typed: string | undefined;
  let isPasting = false;
  const type = (text: string): boolean => {
    const isTaken = link.type(text);
    if (!isTaken) {
      toast({
        message: 'Nothing more is taken: the shell does not read.',
        remedy: 'Wait until it does, or press Ctrl-C there.',
      });
    }
    return isTaken;
  };
  terminal.onKey(({ key }) => {
    typed = key;
  });
  terminal.onData((data) => {
    if (state.is === 'ended' && data === '\r') return link.connect();
    if (data === typed || isPasting) type(data);
    else link.answer(data);
    typed = undefined;
  });
  // Where the mouse was pressed, as programs of old ask to be told: each character is one byte.
  terminal.onBinary((data) => link.answer(Uint8Array.from(data, (character) => character.charCodeAt(0))));
  terminal.onResize(() => link.resize());

  const paste = async (clipboard: string) => {
    const { text, lines, asks, isTooLong } = readPaste(clipboard);
    if (isTooLong) {
      return toast({ message: 'That is too much to paste.', remedy: 'Bring files over with a heredoc in parts.' });
    }
    const isMeant =
      !asks ||
      (await confirmed({
        title: `Paste ${lines} lines?`,
        text: ['Each line is run as it comes, unless the program on the screen takes them as a text.', preview(text)],
        yes: 'Paste',
      }));
    if (isMeant) pasteNow(text);
    terminal.focus();
  };
  const pasteNow = (text: string) => {
    isPasting = true;
    terminal.paste(text);
    isPasting = false;
  };
  screenBox.addEventListener(
    'paste',
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      void paste(event.clipboardData?.getData('text/plain') ?? '');
    },
    { capture: true },
  );

  const searchBar = createSearchBar(search, () => terminal.focus());
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true;
    const act = {
      KeyF: () => searchBar.open(),
      // What the clipboard holds is not given up for nothing.
      KeyC: () => terminal.hasSelection() && void copyText(terminal.getSelection()),
      Enter: onLeave,
      ArrowRight: () => onStep(1),
      ArrowLeft: () => onStep(-1),
    }[event.code];
    if (act === undefined) return true;
    event.preventDefault();
    act();
    return false;
  });

  let isOpen = false;
  const fitNow = () => {
    if (isOpen && screenBox.offsetParent !== null) fit.fit();
  };
  const offSettings = onTerminalSettings(({ fontSize, screenReader }) => {
    terminal.options.fontSize = fontSize;
    terminal.options.screenReaderMode = screenReader;
    boundAnnouncements(terminal);
    fitNow();
  });
  const sizes = new ResizeObserver(() => requestAnimationFrame(fitNow));
  sizes.observe(screenBox);
  const wake = () => {
    if (document.visibilityState === 'visible' && state.is === 'connecting') link.connect();
  };
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);

  return {
    element: h(
      'div',
      { class: 'terminal', attr: { id: `terminal-${machine}-${tab}` } },
      screenBox,
      searchBar.element,
      stateLine,
    ),

    show() {
      if (!isOpen) {
        isOpen = true;
        terminal.open(screenBox);
        boundAnnouncements(terminal);
        terminal.textarea?.setAttribute(
          'aria-label',
          `Terminal on ${name}. Control, Shift and Enter leave it, with F they search, with left and right they go to another one.`,
        );
        fitNow();
        link.connect();
      }
      fitNow();
    },

    focus: () => terminal.focus(),
    search: () => searchBar.open(),

    run(command) {
      if (state.is !== 'connected') return false;
      pasteNow(command.replace(/\n+$/, ''));
      terminal.focus();
      return type('\r');
    },

    dispose() {
      offSettings();
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      sizes.disconnect();
      link.close();
      terminal.dispose();
    },
  };
}

function stateWords(state: LinkState): string | undefined {
  switch (state.is) {
    case 'connecting':
      return state.attempt === 0
        ? 'Opening the shell …'
        : `No connection. Trying again (${state.attempt}). The shell goes on; what you type is kept.`;
    case 'connected':
      return undefined;
    case 'taken-over':
      return 'This terminal is open in another window.';
    case 'ended':
      return `The shell has ended${state.exitCode === 0 ? '' : ` with exit code ${state.exitCode}`}. Press Enter for a new one.`;
    case 'refused':
      return `${state.message} ${state.remedy}`;
  }
}

function preview(text: string): HTMLElement {
  const lines = text.split('\n');
  const shown = lines.slice(0, 8).map((line) => line.slice(0, 120));
  return h('pre', { class: 'paste-preview' }, [...shown, ...(lines.length > 8 ? ['…'] : [])].join('\n'));
}

function createSearchBar(search: SearchAddon, onClose: () => void): { element: HTMLElement; open(): void } {
  const find = (isBack: boolean, incremental = false) => {
    const options = { decorations: searchColours, incremental };
    try {
      if (isBack) search.findPrevious(input.value, options);
      else search.findNext(input.value, options);
    } catch (error) {
      // It goes back over a wrapped line row by row, each row a call deeper: one line that fills the screen's memory is too long.
      if (!(error instanceof RangeError)) throw error;
      count.textContent = 'a line is too long';
    }
  };
  const close = () => {
    element.hidden = true;
    search.clearDecorations();
    onClose();
  };
  const input = h('input', {
    testid: 'search',
    attr: { type: 'search', placeholder: 'Search the output', 'aria-label': 'Search the output', spellcheck: 'false' },
    on: {
      input: () => find(true, true),
      keydown: (event) => {
        if (event.key === 'Enter') find(!event.shiftKey);
      },
    },
  });
  const count = h('span', { class: 'search-count', attr: { 'aria-live': 'polite' } });
  search.onDidChangeResults(({ resultIndex, resultCount }) => {
    // No more than a thousand places are counted, and one behind them has no number.
    const place = resultIndex === -1 ? `${resultCount} or more` : `${resultIndex + 1}/${resultCount}`;
    count.textContent = input.value === '' ? '' : resultCount === 0 ? 'none' : place;
  });
  const arrow = (name: 'up' | 'down', label: string, isBack: boolean) => {
    const element = button('', { kind: 'quiet', title: label, icon: icon(name), onClick: () => find(isBack) });
    element.setAttribute('aria-label', label);
    return element;
  };
  const element = h(
    'div',
    {
      class: 'search-bar',
      attr: { role: 'search', hidden: true },
      on: {
        keydown: (event) => {
          if (event.key === 'Escape') close();
        },
      },
    },
    input,
    count,
    arrow('up', 'Earlier', true),
    arrow('down', 'Later', false),
    button('Close', { kind: 'quiet', onClick: close }),
  );
  return {
    element,
    open() {
      element.hidden = false;
      input.focus();
      input.select();
    },
  };
}
