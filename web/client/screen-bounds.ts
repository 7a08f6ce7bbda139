import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm';
import { terminalLimits } from '../protocol.ts';

/**
 * What xterm (6.0.0, InputHandler.ts) carries out count by count, so that ten bytes of output hold the page for minutes; and a
 * reload replays them. By the final letter: lines inserted, deleted, scrolled up, scrolled down; tabs on, tabs back; the
 * last character again. Other terminals had the same: iTerm2 pull 81, mosh issue 271, kitty issue 10333.
 */
const counted = {
  ...{ L: terminalLimits.maxRows, M: terminalLimits.maxRows, S: terminalLimits.maxRows, T: terminalLimits.maxRows },
  ...{ I: terminalLimits.maxCols, Z: terminalLimits.maxCols, b: terminalLimits.maxCols },
} as const;
/** Every colour of the palette in one sequence takes 6 KB; each colour in it makes the style sheet anew. */
const mostColoursLength = 8 * 1024;

/** Leaves out sequences that ask for more than any screen has; no program means that. */
export function boundSequences({ parser }: Terminal): void {
  for (const [final, most] of Object.entries(counted)) {
    parser.registerCsiHandler({ final }, ([count]) => typeof count === 'number' && count > most);
  }
  for (const palette of [4, 104]) {
    parser.registerOscHandler(palette, (colours) => colours.length > mostColoursLength);
  }
}

/**
 * Marks on one character, beyond which each gets a cell that is not drawn: shaping a hundred thousand of them as one cluster
 * holds the browser for good. As in the Stream-Safe Text Format of Unicode (UAX 15), which no language needs more than.
 */
const mostMarks = 30;

/** Activates the add-on with its widths, and with a limit for what is joined to one character. */
export function boundMarks(screen: Terminal, addon: { activate(screen: Terminal): void }): void {
  const register = (widths: IUnicodeVersionProvider) => screen.unicode.register(withLimit(widths));
  // The add-on does nothing but register.
  addon.activate({ unicode: { register } } as Terminal);
}

/** The properties of a character as xterm packs them (UnicodeService.ts): joined to the last one, width, a state of the provider's. */
const [joinedBit, widthMask, stateShift] = [1, 0b110, 3];

function withLimit(widths: IUnicodeVersionProvider): IUnicodeVersionProvider {
  return {
    version: widths.version,
    wcwidth: (codepoint) => widths.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      const properties = widths.charProperties(codepoint, preceding);
      if ((properties & joinedBit) === 0) return properties;
      const marks = (preceding >> stateShift) + 1;
      return marks > mostMarks ? 0 : (properties & (joinedBit | widthMask)) | (marks << stateShift);
    },
  };
}
