/** What the doctor says about one property of the host. `problem` stops drills, `warning` limits them, `ok` is also used for plain notes. */
export type FindingState = 'ok' | 'warning' | 'problem';

export interface Finding {
  /** Stable word for scripts, e.g. "inotify". */
  readonly id: string;
  readonly title: string;
  readonly state: FindingState;
  /** What was seen on this host. */
  readonly found: string;
  /** What that means for drills. */
  readonly meaning: string;
  /** What a person does about it, with the commands to paste. */
  readonly remedy?: string;
  /** Whether "doctor --fix" can do it here; then `fix` says how. */
  readonly fixable: boolean;
  readonly fix?: readonly FixAction[];
}

/** Everything "doctor --fix" is able to do; a plan is made of nothing else. */
export type FixAction =
  | { readonly kind: 'capability-wrapper' }
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | { readonly kind: 'engine-start'; readonly hasSystemd: boolean }
  | { readonly kind: 'inotify'; readonly instances: number; readonly watches: number }
  | { readonly kind: 'browser-download' }
  | { readonly kind: 'tools' };

interface Words {
  readonly id: string;
  readonly title: string;
  readonly found: string;
  readonly meaning: string;
}

export function fine(words: Words): Finding {
  return { ...words, state: 'ok', fixable: false };
}

/** A warning or problem for a person to deal with. */
export function byHand(state: 'warning' | 'problem', words: Words & { readonly remedy: string }): Finding {
  return { ...words, state, fixable: false };
}

/** A warning or problem that "doctor --fix" takes care of. */
export function repairable(
  state: 'warning' | 'problem',
  words: Words & { readonly remedy: string; readonly fix: readonly FixAction[] },
): Finding {
  return { ...words, state, fixable: true };
}

/** The worst state of all findings: what the doctor's exit code is made of (problem is 3). */
export function worstState(findings: readonly Finding[]): FindingState {
  for (const state of ['problem', 'warning'] as const) {
    if (findings.some((finding) => finding.state === state)) return state;
  }
  return 'ok';
}

const marks: Readonly<Record<FindingState, string>> = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' };

/** The findings as a page of plain text for a terminal. The meaning of what is fine is left out unless asked for. */
export function formatFindings(findings: readonly Finding[], options: { readonly all?: boolean } = {}): string {
  const blocks = findings.map((finding) => {
    const lines = [`${marks[finding.state]}  ${finding.title}: ${finding.found}`];
    if (finding.state !== 'ok' || options.all === true) lines.push(indent(finding.meaning));
    if (finding.remedy !== undefined) lines.push(indent(`Remedy: ${finding.remedy}`));
    if (finding.fixable) lines.push(indent('"kubewright doctor --fix" does this.'));
    return lines.join('\n');
  });
  return `${blocks.join('\n')}\n`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `         ${line}`)
    .join('\n');
}
