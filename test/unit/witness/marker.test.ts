import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import type { KubeClient } from '../../../engine/witness/kube-client.ts';
import { runMarkers } from '../../../engine/witness/marker.ts';
import { FakeClock } from './fake-clock.ts';

/** An API server that keeps the paths of its objects and nothing else. */
class FakeKubeClient implements KubeClient {
  readonly objects = new Set(['/api/v1/namespaces/markers']);
  up = true;

  post(path: string, object: object) {
    const { name } = (object as { metadata: { name: string } }).metadata;
    const namespace = /^(.*)\/configmaps$/.exec(path)?.[1];
    if (!this.up) return Promise.reject(new Error('ECONNREFUSED'));
    if (namespace !== undefined && !this.objects.has(namespace)) return this.#answer(404);
    if (this.objects.has(`${path}/${name}`)) return this.#answer(409);
    this.objects.add(`${path}/${name}`);
    return this.#answer(201);
  }

  delete(path: string) {
    return this.#answer(this.objects.delete(path) ? 200 : 404);
  }

  get(): Promise<never> {
    return Promise.reject(new Error('markers read nothing'));
  }

  stream(): Promise<never> {
    return this.get();
  }

  connect() {
    return { get: () => this.get(), close: () => {} };
  }

  #answer(status: number) {
    return Promise.resolve({ status, text: '{}' });
  }
}

let clock: FakeClock;
let kube: FakeKubeClient;
let events: TimelineEvent[];
let ending: AbortController;
let ended: Promise<void> = Promise.resolve();

beforeEach(() => {
  [clock, kube, events, ending] = [new FakeClock(), new FakeKubeClient(), [], new AbortController()];
});
afterEach(async () => {
  ending.abort();
  await ended;
});

function run(lastMarker: number) {
  const record = (event: TimelineEvent) => void events.push(event);
  ended = runMarkers({ clock, kube, record, memory: { lastMarker } }, ending.signal);
}

const path = (name: string) => `/api/v1/namespaces/markers/configmaps/${name}`;
const written = () => events.map((event) => (event.kind === 'marker' ? event.marker : event.kind));

test('there is a new one every 3 s, and the numbers go on', async () => {
  run(6);
  await clock.advance(6_000);
  expect(written()).toEqual([7, 8, 9]);
  expect([...kube.objects].slice(1)).toEqual(['marker-000007', 'marker-000008', 'marker-000009'].map(path));
});

test('one that exists already is passed over and not recorded', async () => {
  kube.objects.add(path('marker-000001'));
  run(0);
  await clock.advance(3_000);
  expect(written()).toEqual([2]);
});

test('without an answer the number is used again', async () => {
  kube.up = false;
  run(0);
  await clock.advance(3_000);
  kube.up = true;
  await clock.advance(3_000);
  expect(written()).toEqual([1]);
});

test('the namespace is made when it is missing', async () => {
  kube.objects.clear();
  run(0);
  await clock.advance(3_000);
  expect(written()).toEqual([1]);
});

test('the newest 2400 are kept', async () => {
  for (let marker = 1; marker <= 2_400; marker += 1)
    kube.objects.add(path(`marker-${String(marker).padStart(6, '0')}`));
  run(2_400);
  await clock.advance(3_000);
  expect(written()).toEqual([2_401, 2_402]);
  expect(kube.objects.size - 1).toBe(2_400);
  expect(kube.objects.has(path('marker-000002'))).toBe(false);
});
