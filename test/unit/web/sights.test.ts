import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { SessionMessage } from '../../../web/protocol.ts';
import { gate } from './fake-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
let session: string;
beforeEach(async () => {
  harness = await startHarness({ pulseMs: 5, glanceMs: 10 });
  await harness.signIn();
  session = await harness.startDrill();
});
afterEach(async () => await harness.end());

function listen(socket: WebSocket) {
  const types: SessionMessage['type'][] = [];
  socket.on('message', (data) => types.push((JSON.parse((data as Buffer).toString()) as SessionMessage).type));
  return types;
}

it('a page that looks at a drill sees the cluster, the checks and the hints; the second one sees them at once', async () => {
  const first = listen(harness.openSocket(`/ws/session/${session}`));
  await expect.poll(() => first).toEqual(expect.arrayContaining(['state', 'look', 'glance']));
  const second = listen(harness.openSocket(`/ws/session/${session}`));
  await expect.poll(() => second.toSorted()).toEqual(['glance', 'look', 'state']);
  expect(harness.calls.looks).toBe(1);
});

it('what has not changed is not told again, and nothing is looked at when no page is there', async () => {
  const socket = harness.openSocket(`/ws/session/${session}`);
  const types = listen(socket);
  await expect.poll(() => harness.calls.glances).toBeGreaterThan(3);
  expect(types.filter((type) => type === 'glance')).toHaveLength(1);
  socket.close();
  await expect.poll(() => harness.calls.looks).toBe(0);
  const { glances } = harness.calls;
  const terminal = harness.openSocket(`/ws/terminal/${session}/w1/1?from=0&cols=80&rows=24&writer=abcdefgh&typed=0`);
  const { eventsHappened } = harness.calls;
  await expect.poll(() => harness.calls.eventsHappened).toBeGreaterThan(eventsHappened + 3);
  expect([harness.calls.glances, harness.calls.looks]).toEqual([glances, 0]);
  terminal.close();
});

it('a cluster that is made again is looked at anew', async () => {
  listen(harness.openSocket(`/ws/session/${session}`));
  await expect.poll(() => harness.calls.looks).toBe(1);
  const provisioning = gate();
  harness.hold.provision = provisioning.promise;
  await harness.post(`/api/sessions/${session}/reset`);
  await expect.poll(() => harness.calls.looks).toBe(0);
  provisioning.resolve();
  await expect.poll(() => harness.calls.looks).toBe(1);
});

it('a cluster that dozes is not looked at, which would wake it, and is again when it goes on', async () => {
  listen(harness.openSocket(`/ws/session/${session}`));
  await expect.poll(() => harness.calls.looks).toBe(1);
  harness.change(session, { state: 'finished', dozes: true });
  await expect.poll(() => harness.calls.looks).toBe(0);
  harness.change(session, { dozes: false });
  await expect.poll(() => harness.calls.looks).toBe(1);
});

it('a hint is taken by its id, and the solution only after the drill or on giving up', async () => {
  const board = await harness.send('GET', `/api/sessions/${session}/hints`, harness.own());
  expect(JSON.parse(board.text)).toMatchObject({ hints: [{ id: 'restore-1', state: 'offered' }] });
  const taken = await harness.post(`/api/sessions/${session}/hints`, { hint: 'restore-1' });
  expect(JSON.parse(taken.text)).toMatchObject({ spent: 1, hints: [{ state: 'taken' }] });
  for (const hint of ['../x', 'A', 7]) {
    expect((await harness.post(`/api/sessions/${session}/hints`, { hint })).status).toBe(400);
  }
  const early = await harness.post(`/api/sessions/${session}/walkthrough`, { giveUp: false });
  expect([early.status, JSON.parse(early.text)]).toMatchObject([409, { error: { code: 'SESSION_STATE' } }]);
  const given = await harness.post(`/api/sessions/${session}/walkthrough`, { giveUp: true });
  expect([given.status, JSON.parse(given.text)]).toMatchObject([200, { steps: [{ why: 'Look first.' }] }]);
});

it('what happens in the cluster is looked at before the next glance is due, and one thing after another with a rest', async () => {
  await harness.end();
  harness = await startHarness({ pulseMs: 5, glanceMs: 3_600_000 });
  await harness.signIn();
  session = await harness.startDrill();
  listen(harness.openSocket(`/ws/session/${session}`));
  await expect.poll(() => harness.calls.glances).toBe(1);
  for (let stir = 0; stir < 50; stir += 1) for (const onStir of harness.stirrers) onStir();
  await expect.poll(() => harness.calls.glances).toBe(2);
  // What comes while somebody glances is looked at afterwards.
  for (const onStir of harness.stirrers) onStir();
  await expect.poll(() => harness.calls.glances).toBe(3);
});
