import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Channel, ChannelOutcome } from '../../../../engine/providers/kind/channel.ts';
import { holdChannel } from '../../../../engine/providers/kind/held-channel.ts';

const command = { argv: ['true'], env: [], folder: '/' };
const options = { timeoutMs: 1_000, maxOutputBytes: 1_000 };
const notRun = { kind: 'not-run' };

/** Answers when the test says so. */
class FakeChannel implements Channel {
  open = true;
  readonly waiting: PromiseWithResolvers<ChannelOutcome>[] = [];
  #running = 0;

  isOpen = () => this.open;
  running = () => this.#running;

  async run(): Promise<ChannelOutcome> {
    const answer = Promise.withResolvers<ChannelOutcome>();
    this.waiting.push(answer);
    this.#running += 1;
    return await answer.promise.finally(() => {
      this.#running -= 1;
    });
  }

  close(): void {
    this.open = false;
  }

  answer(outcome: ChannelOutcome = { kind: 'result', exitCode: 0, stdout: '', stderr: '', timedOut: false }): void {
    for (const answer of this.waiting.splice(0)) answer.resolve(outcome);
  }
}

function setUp(open: (made: FakeChannel[]) => Promise<Channel>) {
  const made: FakeChannel[] = [];
  let asked = 0;
  const held = holdChannel(() => {
    asked += 1;
    return open(made);
  });
  const run = () => held.run(command, options);
  return { held, run, made, asked: () => asked };
}

const opens = (made: FakeChannel[]) => {
  const channel = new FakeChannel();
  made.push(channel);
  return Promise.resolve(channel);
};
const refuses = () => Promise.reject(new Error('the container is not running'));

describe('a channel that is held', () => {
  afterEach(() => void vi.useRealTimers());

  test('is opened by the first command, and by none before', async () => {
    const { run, made, asked } = setUp(opens);
    expect(asked()).toBe(0);
    const running = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    made[0]?.answer();
    expect(await running).toMatchObject({ kind: 'result' });
  });

  test('can be there before the first command, and stays until that has ended', async () => {
    vi.useFakeTimers();
    const { held, run, made, asked } = setUp(opens);
    await held.open();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(made[0]?.open).toBe(true);
    const running = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    made[0]?.answer();
    await running;
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made[0]?.open).toBe(false);
  });

  test('is not there before the first command where there is none to be had', async () => {
    const { held, run } = setUp(refuses);
    await expect(held.open()).resolves.toBeUndefined();
    expect(await run()).toEqual(notRun);
  });

  test('is one for many commands that come at once', async () => {
    const { run, made, asked } = setUp(opens);
    const running = [run(), run(), run()];
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(3));
    made[0]?.answer();
    expect(await Promise.all(running)).toMatchObject([{ kind: 'result' }, { kind: 'result' }, { kind: 'result' }]);
    expect(asked()).toBe(1);
  });

  test('is opened anew, once, when it has ended', async () => {
    const { run, made, asked } = setUp(opens);
    const first = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    made[0]?.close();
    made[0]?.answer({ kind: 'lost' });
    expect(await first).toEqual({ kind: 'lost' });
    const running = [run(), run()];
    await vi.waitFor(() => expect(made[1]?.waiting).toHaveLength(2));
    made[1]?.answer();
    await Promise.all(running);
    expect(asked()).toBe(2);
  });

  test('that cannot be opened is not run in, and tried again only after some more commands', async () => {
    const { run, asked } = setUp(refuses);
    expect(await Promise.all([run(), run()])).toEqual([notRun, notRun]);
    expect(asked()).toBe(1);
    for (let count = 0; count < 10; count += 1) expect(await run()).toEqual(notRun);
    expect(asked()).toBe(1);
    expect(await run()).toEqual(notRun);
    expect(asked()).toBe(2);
  });

  test('is closed for good, also one that is being opened', async () => {
    const opened = Promise.withResolvers<Channel>();
    const { held, run, asked } = setUp(() => opened.promise);
    const running = run();
    await vi.waitFor(() => expect(asked()).toBe(1));
    held.close();
    const late = new FakeChannel();
    opened.resolve(late);
    expect(await running).toEqual(notRun);
    expect(late.open).toBe(false);
    expect(await run()).toEqual(notRun);
    expect(asked()).toBe(1);
  });

  test('is closed while something runs in it', async () => {
    const { held, run, made } = setUp(opens);
    const running = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    held.close();
    await vi.waitFor(() => expect(made[0]?.open).toBe(false));
    made[0]?.answer();
    expect(await running).toMatchObject({ kind: 'result' });
    expect(await run()).toEqual(notRun);
  });

  test('that nobody uses for a minute is closed, one that is used is not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { run, made } = setUp(opens);
    const first = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    vi.advanceTimersByTime(120_000);
    expect(made[0]?.open).toBe(true);
    made[0]?.answer();
    await first;
    vi.advanceTimersByTime(59_000);
    const second = run();
    await vi.waitFor(() => expect(made[0]?.waiting).toHaveLength(1));
    vi.advanceTimersByTime(120_000);
    made[0]?.answer();
    await second;
    expect(made[0]?.open).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(made[0]?.open).toBe(false);
  });
});
