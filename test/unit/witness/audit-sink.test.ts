import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { createAuditSink, createSeenRequests } from '../../../engine/witness/audit-sink.ts';
import { runListener } from '../../../engine/witness/listener.ts';
import { createSenders, type Senders } from '../../../engine/witness/senders.ts';
import { auditEvent, eventList } from './audit-events.ts';
import { FakeClock } from './fake-clock.ts';

let senders: Senders;
let events: TimelineEvent[];
let failing: boolean;
let url: string;
let ending: AbortController;
let ended: Promise<void>;

beforeEach(async () => {
  events = [];
  failing = false;
  ending = new AbortController();
  const record = (event: TimelineEvent) => {
    if (failing) throw new Error('disk full');
    events.push(event);
  };
  senders = createSenders();
  const takers = { '/audit': createAuditSink({ clock: new FakeClock(), record, seen: createSeenRequests(), senders }) };
  const port = await new Promise<number>((resolve) => {
    ended = runListener({ port: 0, onListening: resolve, takers }, () => {}, ending.signal);
  });
  url = `http://127.0.0.1:${port}/audit`;
});
afterEach(async () => {
  ending.abort();
  await ended;
});

const post = async (body: string | Buffer) => (await fetch(url, { method: 'POST', body })).status;
const names = () => events.map((event) => (event.kind === 'act' ? event.act.name : event.kind));
const deletion = (name: string) => auditEvent({ objectRef: { resource: 'pods', namespace: 'shop', name } });

test('a batch is recorded as acts and echoes, in its order', async () => {
  const beat = auditEvent({
    verb: 'get',
    requestURI: '/version?beat=3',
    objectRef: undefined,
    user: { username: 'kubewright-witness' },
    userAgent: 'kubewright-witness/3',
  });
  expect(await post(eventList(deletion('a'), beat, auditEvent({ verb: 'list' }), deletion('b')))).toBe(200);
  expect(names()).toEqual(['a', 'echo', 'b']);
  expect(events[1]).toMatchObject({ kind: 'echo', beat: 3 });
});

test('a batch that is sent again counts once', async () => {
  const batch = eventList(deletion('a'), deletion('b'));
  await post(batch);
  expect(await post(batch)).toBe(200);
  expect(names()).toEqual(['a', 'b']);
});

test('what could not be recorded is refused, and counts when it is sent again', async () => {
  const batch = eventList(deletion('a'));
  failing = true;
  expect(await post(batch)).toBe(500);
  failing = false;
  expect(await post(batch)).toBe(200);
  expect(names()).toEqual(['a']);
});

test.each([
  ['no JSON', '{"kind":"EventList","items":['],
  ['another kind', JSON.stringify({ kind: 'PodList', items: [] })],
  ['no items', JSON.stringify({ kind: 'EventList', items: {} })],
  ['nothing', ''],
])('a body that is no list of events is answered 400, and the next batch is taken: %s', async (_what, body) => {
  expect(await post(body)).toBe(400);
  expect(await post(eventList(deletion('a')))).toBe(200);
  expect(names()).toEqual(['a']);
});

test('odd things in a list harm neither the sink nor the rest of the list', async () => {
  const odd = [
    null,
    7,
    'x',
    [],
    {},
    auditEvent({ user: null, objectRef: [] }),
    auditEvent({ requestReceivedTimestamp: 1 }),
  ];
  expect(await post(eventList(...odd, deletion('a')))).toBe(200);
  expect(names()).toEqual(['a']);
});

test('a body beyond 8 MiB is refused, and the next batch is taken', async () => {
  expect(await post(Buffer.alloc(8 * 1024 * 1024 + 1, ' '))).toBe(413);
  expect(await post(eventList(deletion('a')))).toBe(200);
  expect(names()).toEqual(['a']);
});

test('only POST /audit is served', async () => {
  expect((await fetch(url)).status).toBe(405);
  expect((await fetch(new URL('/other', url), { method: 'POST', body: eventList(deletion('a')) })).status).toBe(404);
  expect(events).toEqual([]);
});

test('the memory of requests is bounded and forgets the oldest first', () => {
  const seen = createSeenRequests(2);
  for (const key of ['a', 'b', 'c']) seen.add(key);
  expect(['a', 'b', 'c'].map((key) => seen.has(key))).toEqual([false, true, true]);
});

test('as soon as the machines are known, only an API server may send: from a control plane or a spare, never from elsewhere', async () => {
  const at = (address: string, role: 'control-plane' | 'worker' | 'spare') => ({ name: 'm', address, role });
  const send = () => post(eventList(deletion(String(events.length))));
  expect(await send()).toBe(200);
  senders.use([at('127.0.0.1', 'control-plane'), at('10.210.0.3', 'worker')]);
  expect(await send()).toBe(200);
  senders.use([at('127.0.0.1', 'spare')]);
  expect(await send()).toBe(200);
  senders.use([at('127.0.0.1', 'worker'), at('10.210.0.3', 'control-plane')]);
  expect(await send()).toBe(403);
  // The learner's host is no machine of the cluster.
  senders.use([at('10.210.0.3', 'control-plane')]);
  expect(await send()).toBe(403);
  expect(events).toHaveLength(3);
});
