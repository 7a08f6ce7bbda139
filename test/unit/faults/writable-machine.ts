import { type Answer, AnsweringMachine } from '../checks/answering-machine.ts';

/** A fake machine that keeps what is written to it, and answers each command by the first pattern that matches. */
export class WritableMachine extends AnsweringMachine {
  readonly files: Record<string, string>;

  constructor(
    name: string,
    answers: readonly (readonly [RegExp, Answer])[],
    files: Readonly<Record<string, string>> = {},
  ) {
    const own = { ...files };
    super(name, answers, own);
    this.files = own;
  }

  override write(path = '', text = ''): Promise<void> {
    this.files[path] = text;
    return Promise.resolve();
  }

  get commands(): string[] {
    return this.asked.map(({ argv }) => argv.join(' '));
  }
}
