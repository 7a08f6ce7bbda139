import type { Page } from 'playwright';
import { screenShows, type } from '../e2e/drill.ts';

/** kubeadm upgrade apply and a drain take minutes. */
const doneWithinMs = 600_000;

/** A learner's hands on the terminal that is shown; each command has ended well before the next is typed. */
export interface Hand {
  /** Types a command and waits for its end. @throws when it ends with anything but 0, with what the screen shows. */
  run(command: string): Promise<void>;
  /** Types a command that leaves another prompt, such as "ssh cp1". */
  enter(command: string, prompt: RegExp): Promise<void>;
  /** Every command and how long it took, in seconds, to be read by people. */
  readonly log: readonly string[];
}

export function handOn(page: Page): Hand {
  const log: string[] = [];
  let commands = 0;
  const timed = async (command: string, work: () => Promise<void>) => {
    const began = performance.now();
    await work();
    log.push(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${command}`);
  };
  return {
    log,
    run: (command) =>
      timed(command, async () => {
        commands += 1;
        await type(page, `${command}; echo "[${commands}] ended with $?"`);
        await screenShows(page, new RegExp(`^\\[${commands}\\] ended with \\d+$`, 'm'), doneWithinMs);
        await screenShows(page, new RegExp(`^\\[${commands}\\] ended with 0$`, 'm'), 1_000);
      }),
    enter: (command, prompt) =>
      timed(command, async () => {
        await type(page, command);
        await screenShows(page, prompt);
      }),
  };
}
