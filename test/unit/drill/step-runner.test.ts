import { describe, expect, test } from 'vitest';
import { KubewrightError } from '../../../engine/domain/errors.ts';
import { runSteps, type Step, tearDown } from '../../../engine/drill/step-runner.ts';
import type { StepProgress } from '../../../engine/engine.ts';
import { FakeClock } from '../system/fake-clock.ts';

interface Walked {
  readonly did: string[];
}

/** A step that writes down what it does; `setup` and `teardown` may say more. */
function step(name: string, more: { setup?: () => Promise<void>; teardown?: () => Promise<void> } = {}): Step<Walked> {
  return {
    name,
    title: `Doing ${name}`,
    async setup({ did }) {
      did.push(`+${name}`);
      await more.setup?.();
    },
    async teardown({ did }) {
      did.push(`-${name}`);
      await more.teardown?.();
    },
  };
}

const fail = (message: string) => async () => {
  throw new Error(message);
};

async function walk(steps: readonly Step<Walked>[], signal: AbortSignal = new AbortController().signal) {
  const did: string[] = [];
  const progress: StepProgress[] = [];
  const clock = new FakeClock();
  const error: unknown = await runSteps(steps, { did }, { clock, signal, onStep: (it) => progress.push(it) }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { did, progress, error };
}

describe('a walk in which all goes well', () => {
  test('does the steps in order and takes nothing down', async () => {
    const { did, error } = await walk([step('one'), step('two'), step('three')]);
    expect(error).toBeUndefined();
    expect(did).toEqual(['+one', '+two', '+three']);
  });

  test('reports running, details and done with the time it took', async () => {
    const clock = new FakeClock();
    const progress: StepProgress[] = [];
    const slow: Step<Walked> = {
      name: 'slow',
      title: 'Being slow',
      async setup(_, detail) {
        await clock.sleep(1_499);
        detail('half way');
        await clock.sleep(1);
      },
    };
    await runSteps(
      [slow],
      { did: [] },
      { clock, signal: new AbortController().signal, onStep: (it) => progress.push(it) },
    );
    const head = { step: 'slow', title: 'Being slow' };
    expect(progress).toEqual([
      { ...head, state: 'running' },
      { ...head, state: 'running', detail: 'half way' },
      { ...head, state: 'done', tookMs: 1_500 },
    ]);
  });
});

describe('a walk in which a step fails', () => {
  test('takes down what was begun, the failed step first, and begins nothing more', async () => {
    const steps = [step('one'), step('two'), step('three', { setup: fail('no room') }), step('four')];
    const { did, error } = await walk(steps);
    expect(did).toEqual(['+one', '+two', '+three', '-three', '-two', '-one']);
    expect(error).toEqual(new Error('no room'));
  });

  test('reports the failure with its reason, and nothing of later steps', async () => {
    const { progress } = await walk([step('one'), step('two', { setup: fail('no room') }), step('three')]);
    expect(progress.at(-1)).toEqual({ step: 'two', title: 'Doing two', state: 'failed', tookMs: 0, detail: 'no room' });
    expect(progress.some((it) => it.step === 'three')).toBe(false);
  });

  test('copes with steps that have no teardown', async () => {
    const bare: Step<Walked> = { name: 'bare', title: 'Bare', setup: async () => {} };
    const { did } = await walk([step('one'), bare, step('two', { setup: fail('no') })]);
    expect(did).toEqual(['+one', '+two', '-two', '-one']);
  });

  test('takes down the others although one cannot be taken down, and says both', async () => {
    const steps = [
      step('one'),
      step('two', { teardown: fail('a network is left') }),
      step('three', { setup: async () => Promise.reject(new KubewrightError('FAULT_NOT_PROVEN', 'nothing happened')) }),
    ];
    const { did, error } = await walk(steps);
    expect(did.slice(-3)).toEqual(['-three', '-two', '-one']);
    expect(error).toMatchObject({
      code: 'FAULT_NOT_PROVEN',
      message: 'nothing happened\nTaking it down failed, too: a network is left',
      remedy: expect.stringContaining('kubewright clean') as string,
    });
  });

  test('says it once when the teardown fails for the same reason', async () => {
    const unreachable = new KubewrightError('ENGINE_UNREACHABLE', 'no Docker engine answers');
    const again = async () => Promise.reject(new KubewrightError('ENGINE_UNREACHABLE', 'still no engine'));
    const { error } = await walk([step('one', { setup: async () => Promise.reject(unreachable), teardown: again })]);
    expect(error).toBe(unreachable);
  });
});

describe('a walk that is interrupted', () => {
  const interrupted = new KubewrightError('INTERRUPTED', 'Ctrl-C');

  test('in the middle of a step ends after it and takes everything down', async () => {
    const abort = new AbortController();
    const steps = [step('one'), step('two', { setup: async () => abort.abort(interrupted) }), step('three')];
    const { did, error } = await walk(steps, abort.signal);
    expect(did).toEqual(['+one', '+two', '-two', '-one']);
    expect(error).toBe(interrupted);
  });

  test('says INTERRUPTED whatever the step said when the signal fired', async () => {
    const abort = new AbortController();
    const setup = async () => {
      abort.abort();
      throw new Error('the process was killed');
    };
    const { error } = await walk([step('one', { setup })], abort.signal);
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  test('before it begins sets nothing up, and lets the first step clear what may be there', async () => {
    const { did, error } = await walk([step('one'), step('two')], AbortSignal.abort(interrupted));
    expect(did).toEqual(['-one']);
    expect(error).toBe(interrupted);
  });

  test('never promises that all was taken down when it was not', async () => {
    const abort = new AbortController();
    const setup = async () => abort.abort(interrupted);
    const { error } = await walk([step('one', { setup, teardown: fail('a volume is left') })], abort.signal);
    expect(error).toMatchObject({
      code: 'LEAK',
      exitCode: 3,
      message: expect.stringContaining('a volume is left') as string,
    });
  });
});

test('tearDown throws the first of several errors after all of them were tried', async () => {
  const did: string[] = [];
  const steps = [step('one', { teardown: fail('first') }), step('two', { teardown: fail('second') }), step('three')];
  await expect(tearDown(steps, { did })).rejects.toThrow('first');
  expect(did).toEqual(['-one', '-two', '-three']);
});
