import { expect, test, vi } from 'vitest';
import { createInterruption } from '../../../engine/cli/interruption.ts';

function interrupted() {
  let clock = 5_000;
  const said: string[] = [];
  const leave = vi.fn<(exitCode: number) => void>();
  const interruption = createInterruption({ now: () => clock, say: (text) => said.push(text), leave });
  const later = (ms: number) => {
    clock += ms;
  };
  return { interruption, said, leave, later };
}

test('the first signal ends what runs, and says so', () => {
  const { interruption, said, leave } = interrupted();
  interruption.interrupt('SIGINT');
  expect(interruption.signal.reason).toMatchObject({ code: 'INTERRUPTED' });
  expect(said).toEqual(['SIGINT: taking down what was started (again to leave at once) …']);
  expect(leave).not.toHaveBeenCalled();
});

test('the same Ctrl-C, handed on by npm or a test runner, is no second one', () => {
  const { interruption, said, leave, later } = interrupted();
  interruption.interrupt('SIGINT');
  interruption.interrupt('SIGINT');
  later(900);
  interruption.interrupt('SIGTERM');
  expect(leave).not.toHaveBeenCalled();
  expect(said).toHaveLength(1);
});

test('a second one leaves at once', () => {
  const { interruption, leave, later } = interrupted();
  interruption.interrupt('SIGINT');
  later(1_000);
  interruption.interrupt('SIGINT');
  expect(leave).toHaveBeenCalledExactlyOnceWith(130);
});
