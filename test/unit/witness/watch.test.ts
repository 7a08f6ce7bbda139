import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PodFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { type WitnessClock, wallClock } from '../../../engine/witness/clock.ts';
import { createKubeClient } from '../../../engine/witness/kube-client.ts';
import type { Known } from '../../../engine/witness/memory.ts';
import { runWatch } from '../../../engine/witness/watch.ts';
import { watchedNodes, watchedPdbs, watchedPods } from '../../../engine/witness/watched.ts';
import { type FakeApiServer, startFakeApiServer } from './fake-api-server.ts';
import { FakeClock } from './fake-clock.ts';

const pods = '/api/v1/pods';
/** Backoffs of up to 2 s pass in real time. */
const patience = { timeout: 10_000, interval: 20 };

let api: FakeApiServer;
let events: TimelineEvent[];
let known: Known<PodFacts>;
let ending: AbortController;
let ended: Promise<void>;

beforeEach(async () => {
  // A server for each test: the end of an earlier test's watch must not be taken for this one's.
  api = await startFakeApiServer();
  [events, known, ending, ended] = [[], new Map(), new AbortController(), Promise.resolve()];
});
afterEach(async () => {
  ending.abort();
  await ended;
  await api.stop();
});

function pod(name: string, version: number, fields: { uid?: string; ready?: boolean; generation?: number } = {}) {
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: fields.uid ?? `uid-${name}`,
      resourceVersion: String(version),
      generation: fields.generation ?? 1,
      labels: { app: 'web' },
    },
    spec: { nodeName: 'w1' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: fields.ready === false ? 'False' : 'True' }] },
  };
}

function watchPods(clock: WitnessClock = wallClock) {
  const record = (event: TimelineEvent) => void events.push(event);
  const effects = { kube: createKubeClient(api.access), clock, record, known, log: () => {} };
  ended = runWatch(watchedPods, effects, ending.signal);
}

/** The timeline in short: "present a", "a not ready", "lost" … */
function story() {
  return events.map((event) => {
    if (event.kind === 'watch') return event.state;
    if (event.kind !== 'pod') return event.kind;
    return `${event.change} ${event.pod.name}${event.pod.ready ? '' : ' not ready'}`;
  });
}

/** The nth watch is open, and no other. */
async function watching(nth = 1) {
  await expect.poll(() => [askedFor('watch').length, api.watches(pods)], patience).toEqual([nth, 1]);
}
const askedFor = (kind: 'list' | 'watch') =>
  api.requests.filter(({ query }) => (query.get('watch') === '1') === (kind === 'watch'));

test('the list is recorded, then changes of facts, and nothing that changes no fact', async () => {
  api.setList(pods, '10', [pod('a', 5), pod('b', 6)]);
  watchPods();
  await expect.poll(story, patience).toEqual(['present a', 'present b', 'listed']);
  await watching();
  api.sendEvent(pods, 'MODIFIED', pod('a', 11, { generation: 2 }));
  api.sendEvent(pods, 'BOOKMARK', { metadata: { resourceVersion: '12' } });
  api.sendEvent(pods, 'MODIFIED', pod('a', 13, { ready: false }));
  api.sendEvent(pods, 'ADDED', pod('c', 14));
  api.sendEvent(pods, 'DELETED', pod('b', 15));
  await expect
    .poll(story, patience)
    .toEqual(['present a', 'present b', 'listed', 'present a not ready', 'present c', 'gone b']);
});

test('it asks as the witness: certificate, most recent list, bookmarks and an end within a minute', async () => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  expect(api.requests.map(({ client, userAgent }) => [client, userAgent])).toEqual([
    ['kubewright-witness', 'kubewright-witness'],
    ['kubewright-witness', 'kubewright-witness'],
  ]);
  expect(askedFor('list').map(({ query }) => query.toString())).toEqual(['']);
  expect(Object.fromEntries(askedFor('watch')[0]?.query ?? [])).toEqual({
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: '60',
    resourceVersion: '10',
  });
});

test('events split anywhere, even within a letter, or joined in one packet are read whole', async () => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  const line = (name: string, version: number) => {
    const object = pod(name, version);
    const labels = { cake: 'Käsekuchen 🍰' };
    return Buffer.from(
      `${JSON.stringify({ type: 'ADDED', object: { ...object, metadata: { ...object.metadata, labels } } })}\n`,
    );
  };
  const [a, b, c] = [line('a', 11), line('b', 12), line('c', 13)];
  const inTheCake = c.indexOf('🍰') + 2;
  // When an event is seen, the cut piece behind it has been read too: the rest cannot join it on the way.
  api.send(pods, Buffer.concat([a, b.subarray(0, 7)]));
  await expect.poll(story, patience).toEqual(['listed', 'present a']);
  api.send(pods, Buffer.concat([b.subarray(7), c.subarray(0, inTheCake)]));
  await expect.poll(story, patience).toEqual(['listed', 'present a', 'present b']);
  api.send(pods, Buffer.concat([c.subarray(inTheCake), line('d', 14), line('e', 15)]));
  await expect
    .poll(story, patience)
    .toEqual(['listed', 'present a', 'present b', 'present c', 'present d', 'present e']);
  expect(known.get('shop/c')?.labels).toEqual({ cake: 'Käsekuchen 🍰' });
});

test('a watch that the server ends as asked goes on from the last version, and is no loss', async () => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  api.sendEvent(pods, 'BOOKMARK', { metadata: { resourceVersion: '20' } });
  api.endWatches(pods);
  await watching(2);
  api.sendEvent(pods, 'ADDED', pod('a', 21));
  await expect.poll(story, patience).toEqual(['listed', 'present a']);
  expect(askedFor('watch')[1]?.query.get('resourceVersion')).toBe('20');
  expect(askedFor('list')).toHaveLength(1);
});

test('a cut connection is a loss, and the new list shows only what differs', async () => {
  api.setList(pods, '10', [pod('a', 5), pod('b', 6), pod('c', 7), pod('d', 8)]);
  watchPods();
  await watching();
  api.setList(pods, '30', [pod('a', 5), pod('b', 21, { ready: false }), pod('d', 22, { uid: 'new' }), pod('e', 23)]);
  api.cutWatches(pods);
  await expect
    .poll(story, patience)
    .toEqual([
      'present a',
      'present b',
      'present c',
      'present d',
      'listed',
      'lost',
      'gone c',
      'present b not ready',
      'gone d',
      'present d',
      'present e',
      'listed',
    ]);
  expect(events.flatMap((event) => (event.kind === 'pod' && event.pod.name === 'd' ? [event.pod.uid] : []))).toEqual([
    'uid-d',
    'uid-d',
    'new',
  ]);
});

test('an outage of the API server makes one loss and no event of any object', async () => {
  api.setList(pods, '10', [pod('a', 5)]);
  watchPods();
  await watching();
  await api.stop();
  await expect.poll(story, patience).toEqual(['present a', 'listed', 'lost']);
  await api.start();
  api.answerWith(503);
  await vi.waitFor(() => expect(askedFor('list').length).toBeGreaterThan(2), patience);
  expect(story()).toEqual(['present a', 'listed', 'lost']);
  api.answerWith(200);
  await expect.poll(story, patience).toEqual(['present a', 'listed', 'lost', 'listed']);
});

test('a list that an API server which starts never answers is asked for again', async () => {
  api.setList(pods, '10', [pod('a', 5)]);
  api.hang(1);
  watchPods();
  await expect.poll(story, patience).toEqual(['present a', 'listed']);
  expect(askedFor('list')).toHaveLength(2);
});

test('a proper end whose next watch is refused is a loss', async () => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  api.answerWith(500);
  api.endWatches(pods);
  await expect.poll(story, patience).toEqual(['listed', 'lost']);
  api.answerWith(200);
  await expect.poll(story, patience).toEqual(['listed', 'lost', 'listed']);
});

test.each([
  ['410 Gone', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }],
  ['any other error', { kind: 'Status', code: 500, reason: 'InternalError' }],
])('an ERROR event starts again from a list without a version: %s', async (_what, status) => {
  api.setList(pods, '10', [pod('a', 5)]);
  watchPods();
  await watching();
  api.setList(pods, '50', [pod('b', 40)]);
  api.sendEvent(pods, 'ERROR', status);
  await expect.poll(story, patience).toEqual(['present a', 'listed', 'lost', 'gone a', 'present b', 'listed']);
  await watching(2);
  expect(askedFor('list').map(({ query }) => query.get('resourceVersion'))).toEqual([null, null]);
  expect(askedFor('watch')[1]?.query.get('resourceVersion')).toBe('50');
});

test('a 410 in answer to the watch itself starts again from a list', async () => {
  api.setList(pods, '10', [pod('a', 5)]);
  watchPods();
  await watching();
  api.answerWith(410);
  api.endWatches(pods);
  await expect.poll(story, patience).toEqual(['present a', 'listed', 'lost']);
  api.answerWith(200);
  await expect.poll(story, patience).toEqual(['present a', 'listed', 'lost', 'listed']);
});

test('versions that go back (etcd was restored) start again from a list', async () => {
  api.setList(pods, '1000', [pod('a', 900), pod('b', 950)]);
  watchPods();
  await watching();
  api.setList(pods, '400', [pod('a', 300)]);
  api.sendEvent(pods, 'MODIFIED', pod('a', 401));
  await expect.poll(story, patience).toEqual(['present a', 'present b', 'listed', 'lost', 'gone b', 'listed']);
  await watching(2);
  api.sendEvent(pods, 'ADDED', pod('c', 402));
  await expect
    .poll(story, patience)
    .toEqual(['present a', 'present b', 'listed', 'lost', 'gone b', 'listed', 'present c']);
});

test.each([
  ['no JSON', 'not json\n'],
  ['no object', '7\n'],
  ['an object without a version', '{"type":"ADDED","object":{"metadata":{"name":"a","uid":"u"}}}\n'],
  ['an event of an unknown type', '{"type":"RENAMED","object":{"metadata":{"resourceVersion":"11"}}}\n'],
])('a stream that makes no sense is a loss, not an end of the witness: %s', async (_what, text) => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  api.send(pods, text);
  await expect.poll(story, patience).toEqual(['listed', 'lost', 'listed']);
});

test('a stream that ends in the middle of an event is a loss', async () => {
  api.setList(pods, '10', []);
  watchPods();
  await watching();
  api.send(pods, '{"type":"ADDED","obj');
  api.endWatches(pods);
  await expect.poll(story, patience).toEqual(['listed', 'lost', 'listed']);
});

test('a watch on which nothing is heard for 65 s is a loss, one with bookmarks is not', async () => {
  const clock = new FakeClock();
  api.setList(pods, '10', []);
  watchPods(clock);
  await watching();
  await clock.advance(64_000);
  api.sendEvent(pods, 'ADDED', pod('a', 11));
  await expect.poll(story, patience).toEqual(['listed', 'present a']);
  await clock.advance(64_000);
  expect(story()).toEqual(['listed', 'present a']);
  await clock.advance(1_000);
  await expect.poll(story, patience).toEqual(['listed', 'present a', 'lost']);
  // The list that follows knows nothing of the pod any more.
  await clock.advance(500);
  await expect.poll(story, patience).toEqual(['listed', 'present a', 'lost', 'gone a', 'listed']);
});

test('nothing is said about a cluster that was never reached', async () => {
  api.answerWith(503);
  watchPods();
  await vi.waitFor(() => expect(askedFor('list').length).toBeGreaterThan(1), patience);
  ending.abort();
  await ended;
  expect(events).toEqual([]);
});

test('a run that ends says that it no longer looks, and the next one tells only the differences', async () => {
  api.setList(pods, '10', [pod('a', 5), pod('b', 6)]);
  watchPods();
  await watching();
  ending.abort();
  await ended;
  ending = new AbortController();
  api.setList(pods, '20', [pod('b', 6)]);
  watchPods();
  await expect.poll(story, patience).toEqual(['present a', 'present b', 'listed', 'lost', 'gone a', 'listed']);
});

test('a fact that could not be recorded is recorded when it can be', async () => {
  api.setList(pods, '10', [pod('a', 5)]);
  let failing = true;
  const record = (event: TimelineEvent) => {
    if (failing) throw new Error('disk full');
    events.push(event);
  };
  const effects = { kube: createKubeClient(api.access), clock: wallClock, record, known, log: () => {} };
  ended = runWatch(watchedPods, effects, ending.signal);
  await vi.waitFor(() => expect(askedFor('list').length).toBeGreaterThan(1), patience);
  failing = false;
  await expect.poll(story, patience).toEqual(['present a', 'listed']);
});

test('nodes and budgets are followed in the same way', async () => {
  api.setList('/api/v1/nodes', '10', [
    { metadata: { name: 'w1', uid: 'u1', resourceVersion: '5' }, spec: { unschedulable: true } },
  ]);
  api.setList('/apis/policy/v1/poddisruptionbudgets', '10', [
    {
      metadata: { namespace: 'shop', name: 'web', uid: 'u2', resourceVersion: '6' },
      spec: { minAvailable: 2 },
      status: { disruptionsAllowed: 1 },
    },
  ]);
  const record = (event: TimelineEvent) => void events.push(event);
  const effects = { kube: createKubeClient(api.access), clock: wallClock, record, log: () => {} };
  ended = Promise.all([
    runWatch(watchedNodes, { ...effects, known: new Map() }, ending.signal),
    runWatch(watchedPdbs, { ...effects, known: new Map() }, ending.signal),
  ]).then(() => {});
  await vi.waitFor(() => expect(events).toHaveLength(4), patience);
  const facts: unknown[] = [];
  for (const event of events) {
    if (event.kind === 'node') facts.push(event.node);
    if (event.kind === 'pdb') facts.push(event.pdb);
  }
  expect(facts).toEqual(
    expect.arrayContaining([
      { name: 'w1', uid: 'u1', ready: 'Unknown', unschedulable: true, kubeletVersion: '' },
      { namespace: 'shop', name: 'web', uid: 'u2', spec: '{"minAvailable":2}', disruptionsAllowed: 1 },
    ]),
  );
});
