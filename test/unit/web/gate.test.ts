import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeHeader } from '../../../web/protocol.ts';
import { type HttpRoute, httpRoutes, pageRoutes, socketRoutes } from '../../../web/server/routes.ts';
import { type Harness, startHarness, upgradeOutcome } from './harness.ts';

let harness: Harness;
let session: string;
let exam: string;

beforeAll(async () => {
  harness = await startHarness();
  await harness.signIn();
  session = await harness.startDrill();
  exam = (await harness.exams.start({ questions: 1, seed: 'seed' })).id;
});
afterAll(async () => await harness.end());

const idFor = (path: string) => {
  if (path.includes('scenarios')) return 'kubelet-down';
  if (path.includes('results')) return '1';
  return path.includes('exams') ? exam : session;
};
/** A real address for every entry of the table, so that it is the front door that refuses and not the path. */
const concrete = (path: string) => path.replace(':id', idFor(path)).replace(':machine', 'w1').replace(':tab', '1');

const routes: [string, Pick<HttpRoute, 'method' | 'path' | 'access'>][] = [
  ...Object.entries<HttpRoute>(httpRoutes),
  ...Object.entries(pageRoutes),
  ['a file', { method: 'get', path: '/assets/main.js', access: 'read' }],
  ['an address that is nowhere', { method: 'get', path: '/nowhere', access: 'read' }],
];
const guarded = routes.filter(([, route]) => route.access === 'read' || route.access === 'change');
const changing = routes.filter(([, route]) => route.access === 'change');

const wrongHosts = [
  'evil.test',
  '127.0.0.1',
  '127.0.0.1:1',
  'localhost.:PORT',
  'localhost:PORT.evil.test',
  'LOCALHOST:PORT',
  '127.0.0.2:PORT',
  '127.1:PORT',
  '2130706433:PORT',
  '0.0.0.0:PORT',
  '[::]:PORT',
  '[::1]',
  '[::ffff:127.0.0.1]:PORT',
  'user@127.0.0.1:PORT',
  '127.0.0.1:PORT,evil.test',
  'evil.test:PORT',
  '127.0.0.1:0PORT',
  '',
];
const wrongOrigins = [
  'null',
  'http://evil.test',
  'http://127.0.0.1:1',
  'http://127.0.0.1',
  'https://127.0.0.1:PORT',
  'http://localhost:PORT',
  'http://127.0.0.1:PORT.evil.test',
  'http://evil.test#http://127.0.0.1:PORT',
  'HTTP://127.0.0.1:PORT',
];
const withPort = (text: string) => text.replaceAll('PORT', String(harness.port));
const codeOf = (text: string) => (JSON.parse(text) as { error: { code: string } }).error.code;

describe('the front door', () => {
  it('has only the health route open to anyone', () => {
    expect(routes.filter(([, route]) => route.access === 'open').map(([name]) => name)).toEqual(['health']);
    expect(routes.filter(([, route]) => route.access === 'page').map(([name]) => name)).toEqual(['start']);
    expect(routes.filter(([, route]) => route.access === 'local').map(([name]) => name)).toEqual(['metrics']);
  });

  it.each(guarded)('refuses %s without a cookie and with a wrong one', async (_name, { method, path }) => {
    for (const cookie of [
      '',
      `kubewright-${harness.port}=`,
      `kubewright-${harness.port}=${'A'.repeat(43)}`,
      harness.cookie().replace('kubewright-', 'kubewright-1'),
    ]) {
      const answer = await harness.send(method.toUpperCase(), concrete(path), { ...harness.own(), cookie });
      expect([answer.status, codeOf(answer.text)]).toEqual([401, 'NOT_SIGNED_IN']);
    }
  });

  it.each(routes)('refuses %s under any other Host', async (_name, { method, path }) => {
    for (const host of wrongHosts.map(withPort)) {
      const answer = await harness.send(method.toUpperCase(), concrete(path), { ...harness.own(), host });
      expect([host, answer.status, codeOf(answer.text)]).toEqual([host, 403, 'HOST_REFUSED']);
    }
  });

  it.each([...guarded, ['start', pageRoutes.start] as const])('refuses %s to a page of another origin', async (_name, {
    method,
    path,
  }) => {
    for (const origin of wrongOrigins.map(withPort)) {
      const answer = await harness.send(method.toUpperCase(), concrete(path), { ...harness.own(), origin });
      expect([origin, answer.status, codeOf(answer.text)]).toEqual([origin, 403, 'ORIGIN_REFUSED']);
    }
  });

  it.each(changing)('refuses %s without an Origin and without the header of the page', async (_name, {
    method,
    path,
  }) => {
    const { origin, ...noOrigin } = harness.own();
    const { [changeHeader.name]: _header, ...noHeader } = harness.own();
    expect(origin).toBe(harness.origin);
    const first = await harness.send(method.toUpperCase(), concrete(path), noOrigin);
    expect([first.status, codeOf(first.text)]).toEqual([403, 'ORIGIN_REFUSED']);
    const second = await harness.send(method.toUpperCase(), concrete(path), noHeader);
    expect([second.status, codeOf(second.text)]).toEqual([403, 'HEADER_MISSING']);
  });

  it.each(guarded)('refuses %s when the browser says that another site asks', async (_name, { method, path }) => {
    const { origin: _origin, ...headers } = harness.own();
    for (const site of ['cross-site', 'same-site']) {
      const answer = await harness.send(method.toUpperCase(), concrete(path), { ...headers, 'sec-fetch-site': site });
      expect([answer.status, codeOf(answer.text)]).toEqual([403, 'ORIGIN_REFUSED']);
    }
  });

  it('refuses two Host headers and a whole URL as the target', async () => {
    const statusOf = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(harness.port, '127.0.0.1', () => socket.end(text));
        socket.once('data', (data) => resolve(data.toString().split(' ')[1] ?? ''));
      });
    const host = `127.0.0.1:${harness.port}`;
    const rest = `Cookie: ${harness.cookie()}\r\nConnection: close\r\n\r\n`;
    expect(await statusOf(`GET /api/sessions HTTP/1.1\r\nHost: ${host}\r\nHost: evil.test\r\n${rest}`)).toMatch(
      /^40[03]$/,
    );
    expect(await statusOf(`GET http://evil.test/api/sessions HTTP/1.1\r\nHost: ${host}\r\n${rest}`)).toBe('403');
    expect(await statusOf(`GET /api/sessions HTTP/1.1\r\nHost: ${host}\r\n${rest}`)).toBe('200');
  });

  it.each(
    Object.entries(socketRoutes),
  )('refuses the %s socket to everyone but the page, and asks no shell of the engine', async (_name, path) => {
    const target = `${concrete(path)}?from=0&cols=80&rows=24&writer=abcdefgh&typed=0`;
    const good = { cookie: harness.cookie(), origin: harness.origin };
    const outcome = async (headers: Record<string, string>) =>
      await upgradeOutcome(harness.openSocket(target, headers));
    expect(await outcome({ origin: good.origin })).toBe(401);
    expect(await outcome({ origin: good.origin, cookie: `kubewright-${harness.port}=x` })).toBe(401);
    expect(await outcome({ cookie: good.cookie })).toBe(403);
    for (const origin of wrongOrigins.map(withPort))
      expect([origin, await outcome({ ...good, origin })]).toEqual([origin, 403]);
    for (const host of wrongHosts.map(withPort).filter((name) => name !== '')) {
      expect([host, await outcome({ ...good, host, origin: `http://${host}` })]).toEqual([host, 403]);
    }
    expect(harness.calls.opened).toEqual([]);
    expect(await outcome(good)).toBe('open');
    harness.calls.opened.length = 0;
  });

  it('lets in what the page sends', async () => {
    const answers = await Promise.all(
      guarded
        .filter(([, route]) => route.method === 'get' && !route.path.includes('nowhere') && route.path !== '/assets')
        .map(async ([name, { path }]) => [
          name,
          (await harness.send('GET', concrete(path), { cookie: harness.cookie() })).status,
        ]),
    );
    expect(answers.every(([, status]) => status === 200)).toBe(true);
    expect(answers.length).toBeGreaterThan(5);
  });

  it('tells nobody what software it is, and forbids frames, inline code and referrers', async () => {
    const { headers } = await harness.send('GET', '/', { cookie: harness.cookie() });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'self'; ?style-src 'self' 'nonce-[^']+'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|script-src/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('the start URL', () => {
  it('is good once, and for the browser that used it it stays good', async () => {
    const fresh = await startHarness();
    const wrong = await fresh.send('GET', `/?token=${'A'.repeat(43)}`);
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    const ahead = await fresh.send('HEAD', `/?token=${fresh.token}`);
    expect(ahead.headers['set-cookie']).toBeUndefined();

    const first = await fresh.signIn();
    expect([first.status, first.headers['location']]).toEqual([303, '/']);
    expect(String(first.headers['set-cookie'])).toMatch(
      new RegExp(`^kubewright-${fresh.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const again = await fresh.send('GET', `/?token=${fresh.token}`, { cookie: fresh.cookie() });
    expect(again.status).toBe(303);
    const other = await fresh.send('GET', `/?token=${fresh.token}`);
    expect(other.status).toBe(401);
    expect(other.text).toContain('This address has been used');
    expect(other.headers['set-cookie']).toBeUndefined();

    const page = await fresh.send('GET', '/', { cookie: fresh.cookie() });
    const nonce = /nonce="([^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(String(page.headers['content-security-policy'])).toContain(`'nonce-${nonce}'`);
    expect(fresh.lines.join('\n')).not.toContain(fresh.token);
    expect(fresh.lines.join('\n')).not.toContain(fresh.cookie().split('=')[1]);
    await fresh.end();
  });

  it('never shows up in the log, also when the door is shut', async () => {
    await harness.send('GET', `/?token=${harness.token}`, { host: 'evil.test' });
    await upgradeOutcome(harness.openSocket(`/ws/session/${session}?token=${harness.token}`, {}));
    expect(harness.lines.length).toBeGreaterThan(1);
    expect(harness.lines.join('\n')).not.toContain(harness.token);
  });
});
