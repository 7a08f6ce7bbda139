import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import {
  closeCodes,
  decodeTerminalEvent,
  encodeTerminalCommand,
  type TerminalCommand,
  type TerminalEvent,
} from '../../../web/protocol.ts';
import { type Harness, startHarness, upgradeOutcome } from './harness.ts';

let harness: Harness;
let session: string;
beforeEach(async () => {
  harness = await startHarness({ pingMs: 10 });
  await harness.signIn();
  session = await harness.startDrill();
});
afterEach(async () => await harness.end());

const pathOf = (machine = 'w1', query = 'from=0&cols=80&rows=24', tab = '1', input = 'writer=abcdefgh&typed=0') =>
  `/ws/terminal/${session}/${machine}/${tab}?${query}&${input}`;

/** A page's socket without the page. */
function open(path = pathOf()) {
  const socket: WebSocket = harness.openSocket(path);
  const events: TerminalEvent[] = [];
  socket.on('message', (data: RawData) => {
    const event = decodeTerminalEvent(data as Buffer);
    if (event !== undefined) events.push(event);
  });
  return {
    socket,
    events,
    closed: new Promise<number>((resolve) => socket.on('close', resolve)),
    ready: async () => await expect.poll(() => events[0]?.type).toBe('hello'),
    say: (command: TerminalCommand) => socket.send(encodeTerminalCommand(command)),
    text: () =>
      events.map((event) => (event.type === 'output' ? Buffer.from(event.bytes).toString('latin1') : '')).join(''),
  };
}

describe('a terminal socket', () => {
  it('carries output with offsets, input, sizes and acknowledgements', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    shell.print('before');
    const page = open();
    await page.ready();
    shell.print('after');
    await expect.poll(page.text).toBe('beforeafter');
    expect(page.events).toMatchObject([
      { type: 'hello', start: 0, live: 6, typed: 0 },
      { type: 'output', offset: 0 },
      { type: 'output', offset: 6 },
    ]);
    page.say({ type: 'input', offset: 0, bytes: new TextEncoder().encode('ls\r') });
    page.say({ type: 'resize', cols: 120, rows: 40 });
    page.say({ type: 'ack', offset: 11 });
    await expect.poll(() => shell.seen).toMatchObject({ input: 'ls\r', sizes: [[120, 40]], acknowledged: 11 });
    expect(shell.seen.requests).toEqual([
      { id: 'w1-1', on: 'w1', cols: 80, rows: 24, fromOffset: 0, writer: { id: 'abcdefgh', typed: 0 } },
    ]);
  });

  it('hands on only the part of the input that has not arrived, and says what has', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const first = open();
    await first.ready();
    first.say({ type: 'input', offset: 0, bytes: Buffer.from('abc') });
    first.say({ type: 'input', offset: 1, bytes: Buffer.from('bcd') });
    first.say({ type: 'input', offset: 0, bytes: Buffer.from('abcd') });
    await expect.poll(() => shell.seen.input).toBe('abcd');
    shell.takeInput();
    await expect.poll(() => first.events.at(-1)).toEqual({ type: 'typed', offset: 4 });
    first.socket.terminate();
    const second = open(pathOf('w1', undefined, '1', 'writer=abcdefgh&typed=2'));
    await second.ready();
    expect(second.events[0]).toMatchObject({ type: 'hello', typed: 4 });
  });

  it('never acknowledges what was not sent', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    shell.print('12345');
    const page = open();
    await page.ready();
    page.say({ type: 'ack', offset: Number.MAX_SAFE_INTEGER });
    await expect.poll(() => shell.seen.acknowledged).toBe(5);
  });

  it('detaches when the page goes and ends no shell', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = open();
    await page.ready();
    page.socket.close();
    await expect.poll(() => shell.seen.closed).toBe(1);
    shell.print('still here');
    const next = open(pathOf('w1', 'from=4&cols=80&rows=24'));
    await expect.poll(next.text).toBe('l here');
    expect(next.events[0]).toMatchObject({ start: 4 });
  });

  it('is taken over by the window that opened it last', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const first = open();
    await first.ready();
    const second = open();
    expect(await first.closed).toBe(closeCodes.takenOver);
    await second.ready();
    shell.print('x');
    await expect.poll(second.text).toBe('x');
    expect([first.text(), shell.seen.closed]).toEqual(['', 1]);
  });

  it('says how the shell ended', async () => {
    const page = open();
    await page.ready();
    harness.shellOf(session, 'w1-1').exit(3);
    expect(await page.closed).toBe(1000);
    expect(page.events.at(-1)).toEqual({ type: 'end', exitCode: 3 });
  });

  it('says why a shell could not be opened', async () => {
    harness.engine.openTerminal = () => Promise.reject(new TypeError('inner words'));
    const page = open();
    expect(await page.closed).toBe(closeCodes.refused);
    expect(page.events).toMatchObject([{ type: 'refused', message: 'The server made a mistake.' }]);
  });

  it.each([
    ['a machine that is not of the desk', () => pathOf('w9')],
    ['a container id for a machine', () => pathOf('4f5a9c0d1e2b')],
    ['a path for a machine', () => pathOf('..%2fw1')],
    ['an unknown session', () => pathOf().replace(session, 'other')],
    ['a tab that is no digit', () => pathOf('w1', 'from=0&cols=80&rows=24', 'x')],
    ['a size out of bounds', () => pathOf('w1', 'from=0&cols=9999&rows=24')],
    ['no size', () => pathOf('w1', 'from=0')],
    ['a negative offset', () => pathOf('w1', 'from=-1&cols=80&rows=24')],
    ['no writer', () => pathOf('w1', undefined, '1', 'typed=0')],
    ['a writer of another form', () => pathOf('w1', undefined, '1', 'writer=A&typed=0')],
    ['input without a number', () => pathOf('w1', undefined, '1', 'writer=abcdefgh')],
    ['more path', () => pathOf('w1', 'from=0&cols=80&rows=24', '1/exec')],
  ])('is not opened for %s', async (_what, path) => {
    expect(await upgradeOutcome(harness.openSocket(path()))).toBe(404);
    expect(harness.calls.opened).toEqual([]);
  });

  it.each([
    ['an unknown frame', Buffer.from([99, 1])],
    ['an empty frame', Buffer.from([])],
    ['a short resize', Buffer.from([17, 0])],
    ['a size out of bounds', Buffer.from([17, 255, 255, 0, 24])],
    ['an offset beyond all numbers', Buffer.from([18, 255, 255, 255, 255, 255, 255, 255, 255])],
    ['input without a byte', Buffer.from([16, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['input with a gap before it', Buffer.from([16, 0, 0, 0, 0, 0, 0, 0, 9, 65])],
    ['text', 'input'],
  ])('is closed by %s', async (_what, data) => {
    const page = open();
    await page.ready();
    page.socket.send(data);
    expect(await page.closed).toBe(closeCodes.badMessage);
  });

  it('is closed by a message beyond 64 KiB', async () => {
    const page = open();
    await page.ready();
    page.socket.send(Buffer.alloc(65 * 1024, 16));
    expect(await page.closed).toBe(1009);
  });

  it('is closed when much output is not acknowledged, and the shell goes on', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = open();
    await page.ready();
    shell.print(new Uint8Array(200 * 1024));
    expect(await page.closed).toBe(closeCodes.stalled);
    const next = open(pathOf('w1', `from=${200 * 1024}&cols=80&rows=24`));
    await next.ready();
    shell.print('on');
    await expect.poll(next.text).toBe('on');
  });

  it('is cut when pings stay unanswered', async () => {
    const page = open();
    await page.ready();
    page.socket.pause();
    await expect.poll(() => harness.shellOf(session, 'w1-1').seen.closed).toBe(1);
    page.socket.terminate();
  });
});
