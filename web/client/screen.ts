import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type ITerminalOptions, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { askToOpen } from './outside.ts';
import { boundMarks, boundSequences } from './screen-bounds.ts';
import { allowStylesByScript } from './strict-styles.ts';
import { terminalColours } from './terminal-colours.ts';

allowStylesByScript();

/**
 * An xterm as this page shows all of them, live and recorded. What is printed on it can do no more than colour: no titles, no
 * clipboard (xterm has neither without a listener and an add-on), no links but http(s), and nothing that takes the page's time.
 */
export function createScreen(options: ITerminalOptions): Terminal {
  const screen = new Terminal({
    allowProposedApi: true,
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
    lineHeight: 1.15,
    minimumContrastRatio: 4.5,
    theme: terminalColours,
    // Without this, xterm asks in a dialog of the browser, which holds the whole page.
    linkHandler: { activate: (_event, url) => void askToOpen(url) },
    logLevel: 'off',
    ...options,
  });
  boundSequences(screen);
  // As wide as the programs on the machines take them: wide characters and emoji are two columns.
  boundMarks(screen, new Unicode11Addon());
  screen.unicode.activeVersion = '11';
  screen.onResize(() => shrinkOther(screen));
  return screen;
}

/**
 * The screen of programs that take all of it has no rows above. But xterm (6.0.0, Buffer.ts, resize) lets it keep room for the
 * rows of before while no program uses it: the wheel would scroll to them, and less or vim would hear nothing of it.
 */
function shrinkOther(screen: Terminal): void {
  if (screen.buffer.active.type === 'alternate') return;
  // Not of its public interface: another version may have it elsewhere, and then only the wheel goes wrong.
  const inner = screen as { readonly _core?: { readonly buffers?: { readonly alt?: { clear?(): void } } } };
  inner._core?.buffers?.alt?.clear?.();
}

/** Parsed in one go. xterm looks at the clock only between two writes, and some sequences of a few bytes cost a millisecond. */
const pieceLength = 2048;

/** Writes so that the page gets its turn again and again, whatever the output is; calls back when all of it has been parsed. */
export function writeInPieces(screen: Terminal, output: Uint8Array | string, parsed?: () => void): void {
  for (let at = 0; at < output.length; at += pieceLength) {
    const end = at + pieceLength;
    screen.write(typeof output === 'string' ? output.slice(at, end) : output.subarray(at, end));
  }
  if (parsed !== undefined) screen.write('', parsed);
}

/** Clears everything once what was written before has been parsed; Terminal.reset would come before that. */
export function restart(screen: Terminal, done?: () => void): void {
  screen.write('\u001bc', done);
}
