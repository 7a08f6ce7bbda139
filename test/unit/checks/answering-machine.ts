import type { ExecResult } from '../../../engine/system/exec.ts';
import { FakeMachine } from './fake-context.ts';

export interface Answer {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A fake machine that answers each command by the first pattern that its words, joined by spaces, match. */
export class AnsweringMachine extends FakeMachine {
  readonly #answers: readonly (readonly [RegExp, Answer])[];
  /** What was given to commands on standard input, by the joined command. */
  readonly given = new Map<string, string>();

  constructor(
    name: string,
    answers: readonly (readonly [RegExp, Answer])[],
    files: Readonly<Record<string, string>> = {},
  ) {
    super(name, { files });
    this.#answers = answers;
  }

  override exec(
    argv: readonly string[],
    options: { readonly user?: string; readonly input?: string | Uint8Array } = {},
  ): Promise<ExecResult> {
    const command = argv.join(' ');
    this.asked.push({ argv, user: options.user });
    if (options.input !== undefined) this.given.set(command, options.input.toString());
    const answer = this.#answers.find(([pattern]) => pattern.test(command))?.[1];
    if (answer === undefined) return Promise.reject(new Error(`nobody said what to answer to: ${command}`));
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', timedOut: false, command, ...answer });
  }
}
