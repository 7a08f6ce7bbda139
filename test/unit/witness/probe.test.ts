import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { wallClock } from '../../../engine/witness/clock.ts';
import { createSendProbe, type ProbeOutcome, runProbe, type SendProbe } from '../../../engine/witness/probe.ts';
import { FakeClock } from './fake-clock.ts';

const ok: ProbeOutcome = { result: 'ok' };
const what = {
  nodes: [
    { name: 'cp1', address: '10.0.0.1' },
    { name: 'w1', address: '10.0.0.2' },
  ],
  probes: [{ service: 'shop/web', nodePort: 30080, path: '/healthz' }],
};

function startProbing(send: SendProbe) {
  const clock = new FakeClock();
  const events: TimelineEvent[] = [];
  const ending = new AbortController();
  const ended = runProbe(what, { clock, send, record: (event) => events.push(event) }, ending.signal);
  const of = (node: string) => events.filter((event) => event.kind === 'traffic' && event.node === node);
  return { clock, events, of, ending, ended, start: clock.time };
}

test('one line a second and node counts five requests and the answers to them', async () => {
  const urls = new Set<string>();
  const { clock, events, ending, ended, start } = startProbing((url) => {
    urls.add(url);
    return Promise.resolve(ok);
  });
  await clock.advance(2_000);
  const line = { kind: 'traffic', service: 'shop/web', sent: 5, ok: 5 };
  expect(events).toEqual([
    { ...line, at: start, node: 'cp1' },
    { ...line, at: start, node: 'w1' },
    { ...line, at: start + 1_000, node: 'cp1' },
    { ...line, at: start + 1_000, node: 'w1' },
  ]);
  expect([...urls]).toEqual(['http://10.0.0.1:30080/healthz', 'http://10.0.0.2:30080/healthz']);
  ending.abort();
  await ended;
});

test('failures count in the second in which they were sent, with the last reason', async () => {
  let count = 0;
  const { clock, of, ending, ended, start } = startProbing((url) => {
    if (!url.includes('10.0.0.2')) return Promise.resolve(ok);
    count += 1;
    return Promise.resolve(count === 7 || count === 9 ? { result: 'failed', reason: `error ${count}` } : ok);
  });
  await clock.advance(2_000);
  expect(of('w1')).toEqual([
    { at: start, kind: 'traffic', service: 'shop/web', node: 'w1', sent: 5, ok: 5 },
    { at: start + 1_000, kind: 'traffic', service: 'shop/web', node: 'w1', sent: 5, ok: 3, lastError: 'error 9' },
  ]);
  expect(of('cp1')).toMatchObject([{ ok: 5 }, { ok: 5 }]);
  ending.abort();
  await ended;
});

test('a line waits for its slow answers and stands for its own second all the same', async () => {
  const slow: ((outcome: ProbeOutcome) => void)[] = [];
  const { clock, of, ending, ended, start } = startProbing((url) =>
    url.includes('10.0.0.2') && slow.length === 0
      ? new Promise((resolve) => void slow.push(resolve))
      : Promise.resolve(ok),
  );
  await clock.advance(1_600);
  expect(of('cp1')).toHaveLength(1);
  expect(of('w1')).toEqual([]);
  slow[0]?.({ result: 'failed', reason: 'timeout' });
  await clock.advance(0);
  expect(of('w1')).toMatchObject([{ at: start, sent: 5, ok: 4, lastError: 'timeout' }]);
  ending.abort();
  await ended;
});

test('requests do not pile up on a target that never answers', async () => {
  let sent = 0;
  const { clock, events, ending, ended } = startProbing(() => {
    sent += 1;
    return new Promise(() => {});
  });
  await clock.advance(60_000);
  expect(sent).toBe(2 * 10);
  expect(events).toEqual([]);
  ending.abort();
  await ended;
});

test('the pace keeps no drift, and a standstill of the witness is a hole, neither a burst nor an outage', async () => {
  const { clock, of, ending, ended, start } = startProbing(() => Promise.resolve(ok));
  await clock.advance(1_000);
  clock.time += 3_150;
  await clock.advance(1_850);
  const lines = of('w1').map((event) => (event.kind === 'traffic' ? [event.at - start, event.sent, event.ok] : []));
  expect(lines).toEqual([
    [0, 5, 5],
    [1_000, 1, 1],
    [4_150, 5, 5],
    [5_000, 5, 5],
  ]);
  ending.abort();
  await ended;
});

test('a request of which the witness can say nothing does not count as sent', async () => {
  let count = 0;
  const { clock, of, ending, ended } = startProbing(() => {
    count += 1;
    return Promise.resolve(count <= 4 ? { result: 'unjudged' } : ok);
  });
  await clock.advance(1_000);
  expect(of('w1')).toMatchObject([{ sent: 3, ok: 3 }]);
  ending.abort();
  await ended;
});

test('a line that cannot be recorded is an error of the part', async () => {
  const clock = new FakeClock();
  const record = () => {
    throw new Error('disk full');
  };
  const ended = runProbe(what, { clock, record, send: () => Promise.resolve(ok) }, new AbortController().signal);
  const outcome = ended.catch((error: unknown) => error);
  await clock.advance(2_000);
  expect(await outcome).toEqual(new Error('disk full'));
});

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(handler: Parameters<typeof createServer>[1], onConnection: (socket: Socket) => void = () => {}) {
  const made = createServer(handler).on('connection', onConnection);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/`;
}

test('200 is ok, anything else is not', async () => {
  const url = await serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end('body'));
  const send = createSendProbe(wallClock);
  expect(await send(`${url}200`)).toEqual(ok);
  expect(await send(`${url}503`)).toEqual({ result: 'failed', reason: 'status 503' });
  expect(await send(`${url}302`)).toEqual({ result: 'failed', reason: 'status 302' });
});

test('every request has a connection of its own', async () => {
  let connections = 0;
  const url = await serve(
    (_request, response) => response.end(),
    () => (connections += 1),
  );
  const send = createSendProbe(wallClock);
  for (let request = 0; request < 3; request += 1) expect(await send(url)).toEqual(ok);
  expect(connections).toBe(3);
});

test('a refused connection, one that is cut, and an answer cut in the middle are failures', async () => {
  const send = createSendProbe(wallClock);
  const cut = await serve((request) => request.socket.destroy());
  expect(await send(cut)).toEqual({ result: 'failed', reason: 'ECONNRESET' });
  server?.close();
  const half = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
  });
  expect(await send(half)).toEqual({ result: 'failed', reason: 'ECONNRESET' });
  server?.close();
  expect(await send(half)).toEqual({ result: 'failed', reason: 'ECONNREFUSED' });
});

test('no answer within a second is a timeout', async () => {
  const url = await serve(() => {});
  // A monotonic clock that stands still: the timer is never late.
  expect(await createSendProbe({ monotonic: () => 0 })(url)).toEqual({ result: 'failed', reason: 'timeout' });
});

test('no answer while the witness itself was held up is not judged', async () => {
  const url = await serve(() => {});
  const times = [0, 1_500];
  expect(await createSendProbe({ monotonic: () => times.shift() ?? 0 })(url)).toEqual({ result: 'unjudged' });
});
