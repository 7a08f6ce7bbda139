import type { Walkthrough, WalkthroughStep } from '../domain/aids.ts';

const shebang = /^#!/;
const comment = /^# ?(.*)$/;
/** The word that ends what is fed to a command; "<<<" feeds one line only. */
const hereDocument = /(?<!<)<<-?\s*['"]?(\w+)['"]?/g;
/** How a script is made careful is no step of the procedure. */
const strictness = /^\s*(set -[a-z]|export [A-Z_0-9 ]+$)/;

/**
 * The reference procedure as steps: a comment of the script says why, and the lines below it, up to the next comment or
 * an empty line, are what is done. Names of machines and versions are filled in, as the learner would type them.
 */
export function walkthroughOf(
  script: string,
  variables: Readonly<Record<string, string>>,
): Pick<Walkthrough, 'intro' | 'steps'> {
  const steps: WalkthroughStep[] = [];
  let why: string[] = [];
  let commands: string[] = [];
  let intro: string | undefined;

  const end = () => {
    if (commands.length > 0) steps.push({ why: why.join(' '), commands: fillIn(commands.join('\n'), variables) });
    else if (why.length > 0 && intro === undefined && steps.length === 0) intro = why.join(' ');
    else if (why.length > 0) return;
    why = [];
    commands = [];
  };

  for (const line of script.split('\n')) {
    if (isOpen(commands)) {
      commands.push(line);
      continue;
    }
    if (shebang.test(line) || strictness.test(line)) {
      end();
      continue;
    }
    const said = comment.exec(line)?.[1];
    if (said !== undefined) {
      if (commands.length > 0) end();
      why.push(said.trim());
    } else if (line.trim() === '') end();
    else commands.push(line);
  }
  end();
  return { intro: intro ?? '', steps };
}

/** Whether the lines so far are in the middle of something that an empty line does not end. */
function isOpen(lines: readonly string[]): boolean {
  if (lines.length === 0) return false;
  if (lines.at(-1)?.endsWith('\\') === true) return true;
  const outside: string[] = [];
  let ends: string[] = [];
  for (const line of lines) {
    if (ends.length > 0) {
      if (line.replace(/^\t+/, '') === ends[0]) ends = ends.slice(1);
      continue;
    }
    outside.push(line);
    ends = [...line.matchAll(hereDocument)].map(([, word = '']) => word);
  }
  return ends.length > 0 || (outside.join('\n').match(/'/g)?.length ?? 0) % 2 === 1;
}

function fillIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*)\b)/g, (whole, braced, bare) => {
    const value = variables[String(braced ?? bare)];
    return value === undefined ? whole : value;
  });
}
