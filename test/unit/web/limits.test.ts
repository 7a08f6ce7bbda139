import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { createBucket, limits } from '../../../web/server/limits.ts';
import { isLoopback, serverNames, shownName } from '../../../web/server/names.ts';
import { startHarness } from './harness.ts';

describe('a bucket', () => {
  test('gives a burst at once and then so many a minute, never more than the burst', () => {
    let now = 0;
    const bucket = createBucket({ burst: 3, perMinute: 60 }, () => now);
    const taken = () => Array.from({ length: 5 }, () => bucket.take());
    expect(taken()).toEqual([true, true, true, false, false]);
    now += 2_000;
    expect(taken()).toEqual([true, true, false, false, false]);
    now += 3_600_000;
    expect(taken()).toEqual([true, true, true, false, false]);
  });

  test('gives nothing for a clock that goes back', () => {
    let now = 10_000;
    const bucket = createBucket({ burst: 1, perMinute: 60 }, () => now);
    expect(bucket.take()).toBe(true);
    now = 0;
    expect(bucket.take()).toBe(false);
    now = 1_000;
    expect(bucket.take()).toBe(true);
  });
});

describe('the server', () => {
  test('answers 429 to a flood of changes, and still to reads', async () => {
    const harness = await startHarness();
    await harness.signIn();
    const id = await harness.startDrill();
    const statuses = new Set<number>();
    for (let count = 0; count <= limits.changes.burst; count += 1) {
      statuses.add((await harness.post(`/api/sessions/${id}/check`)).status);
    }
    expect([...statuses]).toEqual([200, 429]);
    expect((await harness.send('GET', '/api/sessions', { cookie: harness.cookie() })).status).toBe(200);
    await harness.end();
  });

  test('answers 429 to a row of wrong tokens, and lets the right one in all the same', async () => {
    const harness = await startHarness();
    const statuses: number[] = [];
    for (let count = 0; count < limits.wrongTokens.burst + 2; count += 1) {
      statuses.push((await harness.send('GET', `/?token=${'B'.repeat(43)}`)).status);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 401)).toHaveLength(limits.wrongTokens.burst);
    expect((await harness.signIn()).status).toBe(303);
    await harness.end();
  });

  test('tells a program on this machine how it is doing, in figures without names', async () => {
    const harness = await startHarness();
    await harness.signIn();
    const id = await harness.startDrill();
    await harness.send('GET', '/api/sessions', {});
    const { status, headers, text } = await harness.send('GET', '/metrics', {});
    expect([status, String(headers['content-type'])]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(text).toContain('kubewright_sessions{state="ready"} 1');
    expect(text).toMatch(/kubewright_http_requests_total\{route="start",status="202"\} 1/);
    expect(text).toContain('kubewright_refused_total{code="NOT_SIGNED_IN"} 1');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).not.toContain(id);
    expect(text).not.toContain(harness.cookie().split('=')[1]);
    const fromPage = await harness.send('GET', '/metrics', { 'sec-fetch-site': 'same-site' });
    expect(fromPage.status).toBe(403);
    await harness.end();
  });

  test('says 503 at /healthz when its store cannot be read', async () => {
    const harness = await startHarness();
    expect((await harness.send('GET', '/healthz')).status).toBe(200);
    harness.engine.sessions = () => Promise.reject(new Error('disk I/O error'));
    const { status, text } = await harness.send('GET', '/healthz');
    expect([status, JSON.parse(text)]).toMatchObject([503, { error: { code: 'UNWELL' } }]);
    expect(text).not.toContain('disk I/O');
    expect(harness.lines.join('\n')).toContain('disk I/O error');
    await harness.end();
  });

  test('writes the session into the log of every change', async () => {
    const harness = await startHarness();
    await harness.signIn();
    const id = await harness.startDrill();
    await harness.post(`/api/sessions/${id}/check`);
    const lines = harness.lines.map((line) => JSON.parse(line) as { route?: string; session?: string });
    expect(lines.filter(({ route }) => route !== undefined)).toMatchObject([
      { route: 'start', session: id },
      { route: 'check', session: id },
    ]);
    await harness.end();
  });
});

describe('the names of a server', () => {
  test('on the loopback are the loopback’s only', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      expect(isLoopback(host)).toBe(true);
      expect(serverNames(host)).toEqual(['127.0.0.1', 'localhost', '[::1]']);
    }
    expect([shownName('127.0.0.1'), shownName('::1')]).toEqual(['127.0.0.1', '[::1]']);
  });

  test('on one address are that one only', () => {
    expect([serverNames('192.0.2.7'), shownName('192.0.2.7')]).toEqual([['192.0.2.7'], '192.0.2.7']);
    expect([serverNames('fd00::7'), shownName('fd00::7')]).toEqual([['[fd00::7]'], '[fd00::7]']);
  });

  test('on every address are those of this machine and its own name', () => {
    const names = serverNames('0.0.0.0');
    expect(names).toEqual(expect.arrayContaining(['127.0.0.1', hostname().toLowerCase()]));
    expect(names.every((name) => !name.includes('%'))).toBe(true);
  });

  test.each(['constructor', '__proto__', '127.0.0.1.', '0.0.0.0', ''])('%j is no loopback', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
