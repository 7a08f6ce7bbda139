import { errorCatalogue, isKubewrightError, KubewrightError } from '../domain/errors.ts';
import type { StepProgress } from '../engine.ts';
import type { Clock } from '../system/clock.ts';

/** One step of the walk. What its setup may have begun, its teardown ends: teardown must cope with a half-done setup. */
export interface Step<Context> {
  readonly name: string;
  /** What the user reads while it runs. */
  readonly title: string;
  setup(context: Context, detail: (line: string) => void): Promise<void>;
  teardown?(context: Context): Promise<void>;
}

export interface RunOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStep: (step: StepProgress) => void;
}

/**
 * Runs the steps in order. When one fails, or the signal fires (SIGINT, a deadline), the teardowns of all steps that
 * were begun run in reverse order, every one of them also when another fails, and the step's error is thrown; where
 * something could not be taken down, the error says so, too.
 * @throws KubewrightError INTERRUPTED when the signal has fired, whatever the step said then
 * (The idea of setup and teardown born together is Playwright's runner/taskRunner.ts.)
 */
export async function runSteps<Context>(
  steps: readonly Step<Context>[],
  context: Context,
  options: RunOptions,
): Promise<void> {
  const { clock, signal, onStep } = options;
  const begun: Step<Context>[] = [];
  for (const step of steps) {
    const startedAt = clock.monotonic();
    const report = (state: StepProgress['state'], more: Partial<StepProgress> = {}) =>
      onStep({ step: step.name, title: step.title, state, ...more });
    const tookMs = () => Math.round(clock.monotonic() - startedAt);
    begun.unshift(step);
    report('running');
    try {
      stopIfAborted(signal);
      await step.setup(context, (line) => report('running', { detail: line }));
      stopIfAborted(signal);
      report('done', { tookMs: tookMs() });
    } catch (thrown) {
      const error = signal.aborted ? interruption(signal) : thrown;
      report('failed', { tookMs: tookMs(), detail: messageOf(error) });
      const left = await tearDown(begun, context).then(
        () => undefined,
        (failure: unknown) => ({ failure }),
      );
      throw left === undefined ? error : withLeftovers(error, left.failure);
    }
  }
}

/** Runs the teardowns in the order given (the latest step first), all of them. @throws the first teardown's error. */
export async function tearDown<Context>(begun: readonly Step<Context>[], context: Context): Promise<void> {
  const errors: unknown[] = [];
  for (const step of begun) {
    try {
      await step.teardown?.(context);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interruption(signal);
}

/** A clock or a program ends with a reason of its own when the signal fires; the user is told one thing. */
function interruption(signal: AbortSignal): KubewrightError {
  if (signal.reason instanceof KubewrightError) return signal.reason;
  return new KubewrightError('INTERRUPTED', 'interrupted', { cause: signal.reason });
}

/** An interruption promises that everything was taken down: where that is not so, what is left is the news. */
function withLeftovers(error: unknown, failure: unknown): unknown {
  const message = messageOf(error);
  const alike = isKubewrightError(error) && isKubewrightError(failure) && error.code === failure.code;
  if (alike || message === messageOf(failure)) return error;
  const known = isKubewrightError(error) && error.code !== 'INTERRUPTED' ? error : undefined;
  return new KubewrightError(known?.code ?? 'LEAK', `${message}\nTaking it down failed, too: ${messageOf(failure)}`, {
    cause: error,
    ...(known === undefined ? {} : { remedy: `${known.remedy} ${errorCatalogue.LEAK.remedy}` }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
