import { KubewrightError } from '../domain/errors.ts';

/** npm and test runners hand on the Ctrl-C that the terminal sends to everybody: it arrives twice, within a moment. */
const sameInterruptionMs = 1_000;

export interface InterruptionEffects {
  /** Monotonic ms. */
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly leave: (exitCode: number) => void;
}

/** What the program does when it is told to end: take down what it started, and leave at once when told again. */
export interface Interruption {
  /** Fires at the first signal, with INTERRUPTED. */
  readonly signal: AbortSignal;
  /** A signal came. */
  interrupt(name: string): void;
}

/** What is left when the user insists is found by "kubewright clean" and by the next command. */
export function createInterruption({ now, say, leave }: InterruptionEffects): Interruption {
  const controller = new AbortController();
  let firstAt = 0;
  return {
    signal: controller.signal,
    interrupt(name) {
      if (!controller.signal.aborted) {
        firstAt = now();
        say(`${name}: taking down what was started (again to leave at once) …`);
        controller.abort(new KubewrightError('INTERRUPTED', 'interrupted'));
      } else if (now() - firstAt >= sameInterruptionMs) leave(130);
    },
  };
}
