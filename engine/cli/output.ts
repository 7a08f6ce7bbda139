import type { CheckResult, Verdict, VerdictWord } from '../domain/verdict.ts';
import type { StepProgress } from '../engine.ts';

/** Where a command writes: results on stdout, progress and talk on stderr. */
export interface Output {
  /** One JSON document and nothing else. */
  readonly json: (value: unknown) => void;
  readonly line: (text: string) => void;
  /** A line for the person, on stderr. */
  readonly say: (text: string) => void;
  /** Progress of a walk. */
  readonly step: (progress: StepProgress) => void;
}

/**
 * A text with its control characters written out: titles, names and messages may come from a file or a machine that is
 * not ours, and a terminal obeys what it is sent. Line ends and tabs stay.
 */
export function inert(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

const marks = { passed: '✔', failed: '✘', errored: '?', inconclusive: '?' } as const;

export function createOutput(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  // One line that is written over while a step runs, where the screen can do that.
  let open = false;
  const overwrite = (text: string) => {
    if (!stderr.isTTY) return;
    const width = Math.max(20, (stderr.columns ?? 80) - 1);
    stderr.write(`\r\x1b[K${inert(text).slice(0, width)}`);
    open = true;
  };
  const say = (text: string) => {
    if (open) stderr.write('\r\x1b[K');
    open = false;
    stderr.write(`${inert(text)}\n`);
  };
  return {
    say,
    json: (value) => void stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    line: (text) => void stdout.write(`${inert(text)}\n`),
    step({ title, state, detail, tookMs }) {
      if (state === 'done') say(`✔ ${title} (${((tookMs ?? 0) / 1000).toFixed(1)} s)`);
      else if (state === 'failed') say(`✘ ${title}`);
      else if (stderr.isTTY) overwrite(`… ${title}${detail === undefined ? '' : `: ${detail}`}`);
      else if (detail === undefined) say(`… ${title}`);
      else say(`    ${detail}`);
    },
  };
}

/** The verdict as a person reads it. */
export function showVerdict(output: Output, verdict: Verdict): void {
  for (const check of verdict.checks) showCheck(output, check);
  output.line('');
  output.line(`exam:       ${word(verdict.exam)}   (objectives: the end state, as the exam would see it)`);
  output.line(`operations: ${word(verdict.operations)}   (objectives and safeguards: how the work was done)`);
}

function showCheck(output: Output, check: CheckResult): void {
  output.line(`${marks[check.result]} ${check.id}  [${check.role}] ${check.result}`);
  if (check.result === 'passed') return;
  output.line(`    expected  ${check.expected}`);
  output.line(`    found     ${check.found}`);
  output.line(`    meaning   ${check.meaning}`);
}

function word(verdict: VerdictWord): string {
  return `${marks[verdict]} ${verdict}`;
}

/** A table with a header, columns as wide as they need to be. */
export function table(output: Output, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [header, ...rows]) {
    output.line(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
