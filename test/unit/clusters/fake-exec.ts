import type { Exec, ExecOptions, ExecResult } from '../../../engine/system/exec.ts';
import { pasteable } from '../../../engine/system/exec.ts';

/** Answers commands from a function and keeps what was asked. Unanswered commands succeed with no output. */
export class FakeExecRecorder implements Exec {
  readonly asked: string[] = [];
  readonly options: ExecOptions[] = [];
  readonly #answer: (command: string) => Partial<ExecResult> | undefined;

  constructor(answer: (command: string) => Partial<ExecResult> | undefined = () => undefined) {
    this.#answer = answer;
  }

  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const command = pasteable(argv);
    this.asked.push(command);
    this.options.push(options);
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, command, ...this.#answer(command) };
  }
}

export const fails = (stderr = ''): Partial<ExecResult> => ({ exitCode: 1, stderr });
export const says = (stdout: string): Partial<ExecResult> => ({ stdout });
