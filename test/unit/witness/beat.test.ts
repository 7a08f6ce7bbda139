import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { runBeat } from '../../../engine/witness/beat.ts';
import type { KubeClient, RequestOptions } from '../../../engine/witness/kube-client.ts';
import { FakeClock } from './fake-clock.ts';

class FakeKubeClient implements KubeClient {
  answer: () => Promise<{ status: number; text: string }> = () => Promise.resolve({ status: 200, text: '{}' });
  isEnding = false;
  open = 0;
  readonly asked: { path: string; userAgent: string }[] = [];

  connect() {
    this.open += 1;
    return { get: this.get.bind(this), close: () => void (this.open -= 1) };
  }

  get(path: string, { userAgent }: RequestOptions) {
    if (path === '/readyz/shutdown') return Promise.resolve({ status: this.isEnding ? 500 : 200, text: '' });
    this.asked.push({ path, userAgent });
    return this.answer();
  }

  readonly post = () => Promise.reject(new Error('a beat writes nothing'));
  readonly delete = this.post;
  readonly stream = this.post;
}

function startBeating(lastBeat: number) {
  const clock = new FakeClock();
  const kube = new FakeKubeClient();
  const events: TimelineEvent[] = [];
  const ending = new AbortController();
  const effects = { clock, kube, record: (event: TimelineEvent) => void events.push(event), memory: { lastBeat } };
  return { clock, kube, events, ending, ended: runBeat(effects, ending.signal) };
}

test('each beat carries its number in the address and in the user agent, and goes on from the last one', async () => {
  const { clock, kube, events, ending, ended } = startBeating(41);
  const start = clock.time;
  await clock.advance(1_000);
  expect(kube.asked).toEqual([
    { path: '/version?beat=42', userAgent: 'kubewright-witness/42' },
    { path: '/version?beat=43', userAgent: 'kubewright-witness/43' },
  ]);
  expect(events).toEqual([
    { at: start, kind: 'beat', beat: 42, ok: true },
    { at: start + 1_000, kind: 'beat', beat: 43, ok: true },
  ]);
  ending.abort();
  await ended;
});

test('a refusal and a connection that fails are beats that did not reach the API server', async () => {
  const { clock, kube, events, ending, ended } = startBeating(0);
  await clock.advance(0);
  kube.answer = () => Promise.resolve({ status: 503, text: '' });
  await clock.advance(1_000);
  kube.answer = () => Promise.reject(new Error('ECONNREFUSED'));
  await clock.advance(1_000);
  expect(events.map((event) => (event.kind === 'beat' ? [event.beat, event.ok] : event))).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
  ending.abort();
  await ended;
});

test('a beat that is cut short by our own end says nothing about the API server', async () => {
  const { clock, kube, events, ending, ended } = startBeating(0);
  await clock.advance(0);
  let fail: (error: Error) => void = () => {};
  kube.answer = () => new Promise((_resolve, reject) => (fail = reject));
  await clock.advance(1_000);
  expect(kube.asked).toHaveLength(2);
  ending.abort();
  fail(new Error('aborted'));
  await ended;
  expect(events.map((event) => event.kind === 'beat' && event.beat)).toEqual([1]);
});

test('what an API server answers on its way out is no beat, whether or not its trail still comes', async () => {
  const { clock, kube, events, ending, ended } = startBeating(0);
  await clock.advance(0);
  kube.isEnding = true;
  await clock.advance(1_000);
  kube.isEnding = false;
  kube.answer = () => Promise.reject(new Error('ECONNREFUSED'));
  await clock.advance(1_000);
  kube.answer = () => Promise.resolve({ status: 200, text: '{}' });
  await clock.advance(1_000);
  expect(events.map((event) => (event.kind === 'beat' ? [event.beat, event.ok] : event))).toEqual([
    [1, true],
    [3, false],
    [4, true],
  ]);
  expect(kube.open).toBe(0);
  ending.abort();
  await ended;
});
