import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { runSampler, type Sampled } from '../../../engine/witness/sampler.ts';
import { FakeClock } from './fake-clock.ts';

let clock: FakeClock;
let events: TimelineEvent[];
let told: string[];
let ending: AbortController;
let ended: Promise<void>;
let asked: number;
let answer: (signal: AbortSignal) => Promise<{ version: string; growing: number }>;

const say = (version: string) => () => Promise.resolve({ version, growing: asked });
const refuse = () => Promise.reject(new Error('ECONNREFUSED'));
const written = () =>
  events.map((event) => [event.at - start, event.kind === 'apiserver' ? event.version : event.kind]);
let start: number;

const fake: Sampled<{ version: string; growing: number }> = {
  name: 'the fake on cp1',
  ask: (signal) => {
    asked += 1;
    return answer(signal);
  },
  newsOf: ({ version }) => version,
  event: (at, facts) => ({
    at,
    kind: 'apiserver',
    node: 'cp1',
    ...(facts === undefined ? {} : { version: facts.version }),
  }),
};

beforeEach(() => {
  [clock, events, told, ending, asked] = [new FakeClock(), [], [], new AbortController(), 0];
  start = clock.time;
});
afterEach(async () => {
  ending.abort();
  await ended;
  vi.useRealTimers();
});

function run() {
  const record = (event: TimelineEvent) => void events.push(event);
  ended = runSampler(fake, { clock, record, log: (message) => void told.push(message) }, ending.signal);
}

test('it asks every second, and writes every second answer that brings no news', async () => {
  answer = say('v1');
  run();
  await clock.advance(5_000);
  expect(asked).toBe(6);
  expect(written()).toEqual([
    [0, 'v1'],
    [2_000, 'v1'],
    [4_000, 'v1'],
  ]);
});

test('news, the end of the answers and the first one after it are written at once', async () => {
  answer = say('v1');
  run();
  await clock.advance(0);
  answer = say('v2');
  await clock.advance(1_000);
  answer = refuse;
  await clock.advance(3_000);
  answer = say('v2');
  await clock.advance(1_000);
  expect(written()).toEqual([
    [0, 'v1'],
    [1_000, 'v2'],
    [2_000, undefined],
    [4_000, undefined],
    [5_000, 'v2'],
  ]);
  expect(told).toEqual(['the fake on cp1 does not answer: Error: ECONNREFUSED']);
});

test('an answer that takes too long is none, and the question is given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let givenUp = false;
  answer = (signal) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        givenUp = true;
        reject(new Error('aborted'));
      }),
    );
  run();
  await clock.advance(0);
  vi.advanceTimersByTime(899);
  await clock.advance(899);
  expect(givenUp).toBe(false);
  vi.advanceTimersByTime(1);
  await vi.waitFor(() => expect(givenUp).toBe(true));
  await clock.advance(100);
  expect(asked).toBe(1);
  expect(written()).toEqual([[899, undefined]]);
});

test('when the witness itself was held up, nothing is said about the other side', async () => {
  answer = () => {
    if (asked === 1) clock.time += 3_000;
    return refuse();
  };
  run();
  await clock.advance(0);
  expect(written()).toEqual([[3_000, undefined]]);
  expect(asked).toBe(2);
});

test('a question that is cut short by our own end says nothing about the other side', async () => {
  answer = (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  run();
  await clock.advance(0);
  ending.abort();
  await ended;
  expect(asked).toBe(1);
  expect(events).toEqual([]);
});
