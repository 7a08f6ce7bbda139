import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeHeader, encodeTerminalCommand, type TerminalCommand } from '../../../web/protocol.ts';
import { createApp } from '../../../web/server/app.ts';
import { createGate } from '../../../web/server/gate.ts';
import { createMetrics } from '../../../web/server/metrics.ts';
import { serverNames } from '../../../web/server/names.ts';
import { type HttpRoute, httpRoutes, pageRoutes, socketMessages, socketRoutes } from '../../../web/server/routes.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from './fake-records.ts';
import { type Harness, startHarness, upgradeOutcome } from './harness.ts';

let harness: Harness;
/** A second server, as another user or another checkout runs it: its cookie is good there. */
let other: Harness;
let session: string;

beforeAll(async () => {
  [harness, other] = await Promise.all([startHarness(), startHarness()]);
  await Promise.all([harness.signIn(), other.signIn()]);
  session = await harness.startDrill();
});
afterAll(async () => {
  await Promise.all([harness.end(), other.end()]);
});

type Identity = 'no cookie' | 'wrong cookie' | 'cookie of another server' | 'wrong Origin' | 'wrong Host';

/** What each stranger sends; `own` is what the page sends. */
const strangers: Readonly<Record<Identity, (own: Record<string, string>) => Record<string, string>>> = {
  'no cookie': ({ cookie: _cookie, ...own }) => own,
  'wrong cookie': (own) => ({ ...own, cookie: `kubewright-${harness.port}=${'A'.repeat(43)}` }),
  // The name is a matter of the port; the value of one server must be nothing to another.
  'cookie of another server': (own) => ({
    ...own,
    cookie: `kubewright-${harness.port}=${other.cookie().split('=')[1]}`,
  }),
  'wrong Origin': (own) => ({ ...own, origin: `http://127.0.0.1:${other.port}` }),
  'wrong Host': (own) => ({ ...own, host: 'evil.test', origin: 'http://evil.test' }),
};

const concrete = (path: string, id: string) =>
  path
    .replace(':id', path.includes('scenarios') ? 'kubelet-down' : id)
    .replace(':machine', 'w1')
    .replace(':tab', '1');
const socketAddress = (path: string, id = session) =>
  `${concrete(path, id)}?from=0&cols=80&rows=24&writer=abcdefgh&typed=0`;

/** Those that a stranger may not use: all but what is for anybody who reaches the port under its own name. */
const guarded = Object.entries<Pick<HttpRoute, 'method' | 'path' | 'access'>>({
  ...httpRoutes,
  ...pageRoutes,
  files: { ...pageRoutes.files, path: '/assets/main.js' },
}).filter(([, { access }]) => access === 'read' || access === 'change');
const before = async () => JSON.stringify([harness.calls, await harness.engine.sessions()]);

let refusals = 0;
afterAll(() => {
  const messages = Object.values(socketMessages).flat().length;
  process.stdout.write(
    `  authorization: ${refusals} combinations of ${guarded.length} routes, ${Object.keys(socketRoutes).length} sockets and ${messages} messages refused\n`,
  );
});

describe.each(Object.keys(strangers) as Identity[])('with %s', (identity) => {
  test('every route refuses and nothing happens', async () => {
    const untouched = await before();
    for (const [name, { method, path }] of guarded) {
      const headers = strangers[identity](harness.own());
      const { status, text } = await harness.send(method.toUpperCase(), concrete(path, session), headers);
      expect([name, status], text).toEqual([
        name,
        identity.startsWith('wrong ') && identity !== 'wrong cookie' ? 403 : 401,
      ]);
      expect(text).not.toContain(session);
      refusals += 1;
    }
    expect(await before()).toBe(untouched);
  });

  test('every socket refuses before it is one', async () => {
    for (const [name, path] of Object.entries(socketRoutes)) {
      const headers = strangers[identity]({ cookie: harness.cookie(), origin: harness.origin });
      const outcome = await upgradeOutcome(harness.openSocket(socketAddress(path), headers));
      expect([name, outcome]).toEqual([name, identity.startsWith('wrong ') && identity !== 'wrong cookie' ? 403 : 401]);
      refusals += 1;
    }
    expect(harness.calls.opened).toEqual([]);
  });
});

describe('with the id of a session that is not this server’s', () => {
  const ofSessions = Object.entries<HttpRoute>(httpRoutes).filter(([, { path }]) =>
    path.startsWith('/api/sessions/:id'),
  );

  test('every route says what it says of one that never was, and nothing happens', async () => {
    const untouched = await harness.engine.sessions();
    for (const [name, { method, path }] of ofSessions) {
      const ask = async (id: string) => {
        const { status, text } = await harness.send(method.toUpperCase(), concrete(path, id), harness.own());
        return `${status} ${text.replaceAll(id, 'ID')}`;
      };
      const answers = [await ask('abc234'), await ask('never-was')];
      expect([name, answers[0]]).toEqual([name, answers[1]]);
      // A body that is missing is complained of before the session is looked for.
      expect([name, answers[0]]).toEqual([name, expect.stringMatching(/^40[04] /)]);
      refusals += 1;
    }
    expect(await harness.engine.sessions()).toEqual(untouched);
  });

  test('every socket refuses with 404', async () => {
    for (const path of Object.values(socketRoutes)) {
      expect(await upgradeOutcome(harness.openSocket(socketAddress(path, 'never-was')))).toBe(404);
      refusals += 1;
    }
  });
});

describe('a message', () => {
  const examples: Readonly<Record<TerminalCommand['type'], TerminalCommand>> = {
    input: { type: 'input', offset: 0, bytes: new TextEncoder().encode('id\n') } as TerminalCommand,
    resize: { type: 'resize', cols: 100, rows: 30 },
    ack: { type: 'ack', offset: 0 },
  };
  const closeOf = (path: string, frame: Uint8Array | string) =>
    new Promise<number>((resolve) => {
      const socket = harness.openSocket(socketAddress(path));
      socket.on('open', () => socket.send(frame));
      socket.on('close', resolve);
    });

  test('that is not in the table of its socket closes it', async () => {
    for (const [name, path] of Object.entries(socketRoutes)) {
      const allowed: readonly string[] = socketMessages[name as keyof typeof socketMessages];
      const wrong = [
        ...Object.entries(examples).flatMap(([type, command]) =>
          allowed.includes(type) ? [] : [encodeTerminalCommand(command)],
        ),
        ...['text', '{"type":"input"}', Uint8Array.of(), Uint8Array.of(255, 1), Uint8Array.of(17, 0)],
      ];
      for (const frame of wrong) {
        expect([name, frame, await closeOf(path, frame)]).toEqual([name, frame, 1003]);
        refusals += 1;
      }
    }
  });

  test('beyond 64 KiB, or in more than 64 pieces, ends its socket and no other', async () => {
    const path = socketRoutes.terminal;
    const witness = harness.openSocket(socketAddress(path).replace('/w1/1', '/w1/2'));
    await new Promise((resolve) => witness.on('open', resolve));
    expect(await closeOf(path, Buffer.alloc(64 * 1024 + 1, 16))).toBe(1009);
    const pieces = await new Promise<number>((resolve) => {
      const socket = harness.openSocket(socketAddress(path));
      socket.on('open', () => {
        for (let piece = 0; piece < 100; piece += 1) socket.send(Buffer.of(16), { fin: false, binary: true });
      });
      socket.on('close', resolve);
    });
    expect([1008, 1009]).toContain(pieces);
    expect(witness.readyState).toBe(witness.OPEN);
    witness.close();
  });
});

test('nothing is served that is not in the table', () => {
  const { engine } = createFakeEngine();
  const app = createApp({
    engine,
    exams: createFakeExams().exams,
    records: createFakeRecords(),
    pool: fakePool(),
    drills: {} as Parameters<typeof createApp>[0]['drills'],
    gate: createGate(1, serverNames('127.0.0.1')),
    log: { info() {}, warn() {}, error() {} },
    metrics: createMetrics({ engine, openSockets: () => 0 }),
    clientFolder: '/nonexistent',
  } as Parameters<typeof createApp>[0]);
  const layers = (app.router as unknown as { stack: { route?: { path: string; methods: object } }[] }).stack;
  const served = layers.flatMap(({ route }) =>
    route === undefined ? [] : Object.keys(route.methods).map((method) => `${method} ${route.path}`),
  );
  const listed = [
    ...Object.values<Pick<HttpRoute, 'method' | 'path'>>(httpRoutes),
    pageRoutes.start,
    pageRoutes.metrics,
  ];
  expect(served.toSorted()).toEqual(listed.map(({ method, path }) => `${method} ${path}`).toSorted());
});

test('the page itself is let in everywhere', async () => {
  for (const [name, { path }] of guarded.filter(([, route]) => route.method === 'get' && route.access === 'read')) {
    if (path.includes(':id') && !path.startsWith('/api/sessions') && !path.startsWith('/api/scenarios')) continue;
    const { status } = await harness.send('GET', concrete(path, session), { cookie: harness.cookie() });
    expect([name, status]).toEqual([name, 200]);
  }
  const outcome = await upgradeOutcome(harness.openSocket(socketAddress(socketRoutes.session)));
  expect(outcome).toBe('open');
  expect(changeHeader.value).toBe('1');
});
