import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { silentLog } from '../../../engine/system/log.ts';
import type { ErrorBody, SessionMessage } from '../../../web/protocol.ts';
import { createServer } from '../../../web/server/index.ts';
import { createFakeEngine, gate } from './fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from './fake-records.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ pulseMs: 5 });
  await harness.signIn();
});
afterEach(async () => await harness.end());

const json = <T>(text: string) => JSON.parse(text) as T;
const errorOf = (text: string) => json<ErrorBody>(text).error;

/** Everything a session's socket says, and a wait for the first message that fits. */
function listen(socket: WebSocket) {
  const messages: SessionMessage[] = [];
  const waits: { fits: (message: SessionMessage) => boolean; resolve: (message: SessionMessage) => void }[] = [];
  socket.on('message', (data) => {
    const message = json<SessionMessage>((data as Buffer).toString());
    messages.push(message);
    for (const wait of waits) if (wait.fits(message)) wait.resolve(message);
  });
  return {
    messages,
    until: (fits: (message: SessionMessage) => boolean) =>
      new Promise<SessionMessage>((resolve) => {
        const known = messages.find(fits);
        if (known !== undefined) resolve(known);
        else waits.push({ fits, resolve });
      }),
  };
}
const isState = (state: string) => (message: SessionMessage) =>
  message.type === 'state' && message.session.state === state;

describe('the server', () => {
  it('starts a drill at once and tells its progress, also to one who comes late', async () => {
    const provisioning = gate();
    harness.hold.provision = provisioning.promise;
    const answer = await harness.post('/api/sessions', { scenario: 'kubelet-down' });
    expect([answer.status, json(answer.text)]).toEqual([202, { session: 's1' }]);

    const late = listen(harness.openSocket('/ws/session/s1'));
    const first = await late.until(isState('provisioning'));
    expect(first).toMatchObject({ session: { id: 's1', steps: [{ step: 'provision' }, { step: 'inject' }] } });
    provisioning.resolve();
    expect(await late.until((message) => message.type === 'step')).toMatchObject({
      step: { state: 'done', tookMs: 1200 },
    });
    await late.until(isState('ready'));
  });

  it('offers the running drill when it is started a second time', async () => {
    harness.hold.provision = gate().promise;
    await harness.post('/api/sessions', { scenario: 'kubelet-down' });
    const second = await harness.post('/api/sessions', { scenario: 'kubelet-down' });
    expect(second.status).toBe(409);
    expect(json(second.text)).toMatchObject({ session: 's1', error: { code: 'SESSION_EXISTS' } });
  });

  it('lets one of two starts at the same instant win', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => harness.post('/api/sessions', { scenario: 'kubelet-down' })));
    expect(answers.map((answer) => answer.status).toSorted((left, right) => left - right)).toEqual([202, 409, 409]);
    expect(await harness.engine.sessions()).toHaveLength(1);
  });

  it('answers what the engine refuses with its code and remedy, and never with a stack', async () => {
    const unknown = await harness.post('/api/sessions', { scenario: 'nothing' });
    expect([unknown.status, errorOf(unknown.text)]).toEqual([
      404,
      {
        code: 'SCENARIO_UNKNOWN',
        message: 'There is no scenario "nothing".',
        remedy: expect.stringContaining('kubewright list'),
      },
    ]);
    harness.engine.sessions = () => Promise.reject(new TypeError('secret inner words'));
    const defect = await harness.send('GET', '/api/sessions', { cookie: harness.cookie() });
    expect([defect.status, errorOf(defect.text).code]).toEqual([500, 'INTERNAL']);
    expect(defect.text).not.toMatch(/secret|at .*\.ts/);
    expect(harness.lines.join('\n')).toContain('secret inner words');
  });

  it.each([
    ['no JSON', 'application/json', '{"scenario":', 400],
    ['a form', 'application/x-www-form-urlencoded', 'scenario=kubelet-down', 400],
    ['plain text', 'text/plain', '{"scenario":"kubelet-down"}', 400],
    ['an unknown key', 'application/json', '{"scenario":"kubelet-down","image":"evil"}', 400],
    ['a path as a name', 'application/json', '{"scenario":"../../etc"}', 400],
    ['a list', 'application/json', '[]', 400],
    ['more than 32 KiB', 'application/json', JSON.stringify({ scenario: 'x'.repeat(40_000) }), 413],
  ])('refuses %s as the body of a start', async (_what, type, body, status) => {
    const answer = await harness.send('POST', '/api/sessions', { ...harness.own(), 'content-type': type }, body);
    expect([answer.status, errorOf(answer.text).code]).toEqual([status, 'BODY_REFUSED']);
    expect(await harness.engine.sessions()).toEqual([]);
  });

  it.each([
    '%2e%2e',
    '..%2f..',
    'A',
    'a'.repeat(64),
    '%00',
    'x y',
  ])('asks the engine nothing about the session id %s', async (id) => {
    harness.engine.session = () => Promise.reject(new Error('was asked'));
    const answer = await harness.send('GET', `/api/sessions/${encodeURIComponent(id)}`, { cookie: harness.cookie() });
    expect([answer.status, errorOf(answer.text).code]).toEqual([404, 'NOT_FOUND']);
  });

  it('does one thing at a time with a session', async () => {
    const id = await harness.startDrill();
    const checking = gate();
    harness.hold.check = checking.promise;
    const first = harness.post(`/api/sessions/${id}/check`);
    await expect.poll(() => harness.calls.checks).toBe(1);
    const second = await harness.post(`/api/sessions/${id}/check`);
    expect([second.status, errorOf(second.text).code]).toEqual([409, 'BUSY']);
    checking.resolve();
    const answer = await first;
    expect([answer.status, json(answer.text)]).toMatchObject([200, { exam: 'failed', checks: [{ id: 'node-ready' }] }]);
  });

  it('gives up a check when the page has gone', async () => {
    const id = await harness.startDrill();
    harness.hold.check = gate().promise;
    const page = new AbortController();
    const asked = fetch(`${harness.origin}/api/sessions/${id}/check`, {
      method: 'POST',
      headers: harness.own(),
      signal: page.signal,
    });
    await expect.poll(() => harness.calls.checks).toBe(1);
    page.abort();
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => harness.calls.aborted).toEqual([id]);
  });

  it('stops a drill in the middle of its provisioning, and says so to those who look', async () => {
    harness.hold.provision = gate().promise;
    await harness.post('/api/sessions', { scenario: 'kubelet-down' });
    const socket = harness.openSocket('/ws/session/s1');
    const closed = new Promise<number>((resolve) => {
      socket.on('close', resolve);
    });
    const viewer = listen(socket);
    await viewer.until(isState('provisioning'));
    const answer = await harness.send('DELETE', '/api/sessions/s1', harness.own());
    expect(answer.status).toBe(202);
    await viewer.until((message) => message.type === 'gone');
    expect(await closed).toBe(4404);
    expect(harness.calls).toMatchObject({ aborted: ['s1'], torndown: ['s1', 's1'] });
    expect(await harness.engine.sessions()).toEqual([]);
  });

  it('tells viewers what the command line changed', async () => {
    const id = await harness.startDrill();
    const viewer = listen(harness.openSocket(`/ws/session/${id}`));
    await viewer.until(isState('ready'));
    await harness.engine.finish(id);
    expect(await viewer.until(isState('finished'))).toMatchObject({ session: { verdict: { exam: 'failed' } } });
  });

  it('lets events happen only while someone looks, and never two at a time', async () => {
    const id = await harness.startDrill();
    expect(harness.calls.eventsHappened).toBe(0);
    const happening = gate();
    harness.hold.events = happening.promise;
    const socket = harness.openSocket(`/ws/terminal/${id}/w1/1?from=0&cols=80&rows=24&writer=abcdefgh&typed=0`);
    await expect.poll(() => harness.calls.eventsHappened).toBe(1);
    const viewer = listen(harness.openSocket(`/ws/session/${id}`));
    await viewer.until(isState('ready'));
    expect(harness.calls.eventsHappened).toBe(1);
    happening.resolve();
    await expect.poll(() => harness.calls.eventsHappened).toBeGreaterThan(2);
    socket.close();
  });

  it('ends a socket that talks where it should listen', async () => {
    const id = await harness.startDrill();
    const socket = harness.openSocket(`/ws/session/${id}`);
    socket.on('open', () => socket.send('{"type":"exec"}'));
    expect(await new Promise<number>((resolve) => socket.on('close', resolve))).toBe(1003);
  });

  it('waits on closing until what was not finished is torn down, and leaves ready drills alone', async () => {
    const ready = await harness.startDrill();
    await harness.engine.finish(ready);
    harness.hold.provision = gate().promise;
    const teardown = gate();
    harness.hold.teardown = teardown.promise;
    await harness.post('/api/sessions', { scenario: 'kubelet-down' });
    let isClosed = false;
    const closing = harness.server.close().then(() => {
      isClosed = true;
    });
    await expect.poll(() => harness.calls.aborted).toEqual(['s2']);
    expect([isClosed, harness.calls.torndown]).toEqual([false, []]);
    teardown.resolve();
    await closing;
    expect(harness.calls.torndown).toEqual(['s2']);
    expect((await harness.engine.session(ready)).state).toBe('finished');
    harness.end = async () => undefined;
  });
});

describe('starting the server', () => {
  const options = {
    exams: createFakeExams().exams,
    records: createFakeRecords(),
    pool: fakePool(),
    engine: createFakeEngine().engine,
    log: silentLog,
    clientFolder: '/nonexistent',
  };

  it('says who has the port', async () => {
    const again = startHarnessOn(harness.port);
    await expect(again).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining('another kubewright serve'),
    });
    const other = createTcpServer((socket) => socket.destroy());
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(startHarnessOn(port)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      remedy: expect.stringContaining('--port'),
    });
    other.close();
  });

  it('is bound to loopback only', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.org', '']) {
      await expect(createServer({ ...options, host, port: 0 })).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  it('says what to run when the page has not been built', async () => {
    await expect(createServer({ ...options, port: 0 })).rejects.toMatchObject({
      remedy: expect.stringContaining('npm run build:client'),
    });
  });

  const startHarnessOn = async (port: number) => {
    const clientFolder = new URL('../../../web/client', import.meta.url).pathname;
    return await createServer({ ...options, clientFolder, port });
  };
});
