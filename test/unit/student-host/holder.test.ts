import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  clientFrame,
  createHolderFrameDecoder,
  encodeAck,
  encodeFrame,
  encodeResize,
  frameLimitBytes,
  type HolderFrame,
} from '../../../engine/providers/kind/terminal-frames.ts';
import { createRandom } from '../../random.ts';
import { attachFrame, type HolderClient, type HolderProcess, startHolder } from './holder-process.ts';

const ringBytes = 256 * 1024;

let holder: HolderProcess;
beforeEach(async () => {
  holder = await startHolder();
});
afterEach(async () => {
  await holder.stop();
});

describe('a shell', () => {
  it('echoes what is typed and answers in a login shell with an environment of its own', async () => {
    const client = holder.attach('student-1');
    client.type('echo "$0 $TERM $LANG $PWD [$ONLY_THE_HOLDER_SEES]"; shopt -q login_shell && echo is-a-login-shell\n');
    // With the prompt after it, which is the last that the shell writes: both are to count the same bytes.
    await client.until(() => /\nis-a-login-shell\r\n\S*\$ $/.test(client.text));
    expect(client.text).toContain(`bash xterm-256color C.UTF-8 ${holder.home} []`);
    expect(await holder.list()).toEqual([
      { id: 'student-1', on: 'student', pid: expect.any(Number), alive: true, bytes: client.received },
    ]);
  });

  it('has a controlling terminal with job control and the default signals', async () => {
    const client = holder.attach('a');
    client.type(
      'tty; : < /dev/tty && grep -E "^Sig(Ign|Blk)" /proc/self/status; set -o | grep monitor; echo all-sa""id\n',
    );
    await client.untilText('all-said\r\n');
    expect(client.text).toMatch(/\/dev\/pts\/\d+\r\n/);
    expect(client.text).toMatch(/SigBlk:\t0+\r\n/);
    expect(client.text).toMatch(/SigIgn:\t0+\r\n/);
    expect(client.text).toMatch(/monitor\s+on/);
  });

  it('on a node is ssh to that node, and ends with it', async () => {
    writeFileSync(join(holder.home, 'bin', 'ssh'), '#!/bin/bash\nprintf "<%s>" "$@"\nexit 7\n');
    chmodSync(join(holder.home, 'bin', 'ssh'), 0o755);
    const client = holder.attach('w1-1', { on: 'w1' });
    expect(await client.untilFrame('exit')).toEqual({ type: 'exit', code: 7 });
    expect(client.text).toContain('<-t><--><w1>');
  });

  it('tells its exit code after all of its output, and the next attach starts a new one at a higher offset', async () => {
    const first = holder.attach('a');
    first.type('seq 1 20000; exit 3\n');
    expect(await first.untilFrame('exit')).toEqual({ type: 'exit', code: 3 });
    await first.ended;
    expect(first.text).toContain('19999\r\n20000\r\n');
    expect(await holder.list()).toMatchObject([{ id: 'a', alive: false, pid: null }]);

    const second = holder.attach('a', { from: first.received ?? 0 });
    const hello = await second.untilFrame('hello');
    expect(hello).toEqual({ type: 'hello', start: first.received, live: first.received, typed: 0 });
    second.type('echo "a new"" one"\n');
    await second.untilText('a new one');
    expect(second.text).not.toContain('19999');
  });

  it('killed by a signal ends with 128 + its number', async () => {
    const client = holder.attach('a');
    client.type('kill -9 $$\n');
    expect(await client.untilFrame('exit')).toEqual({ type: 'exit', code: 137 });
  });

  it('ends although a background job keeps its terminal open', async () => {
    const client = holder.attach('a');
    client.type('nohup sh -c \'trap "" HUP; sleep 20 & wait\' & disown; exit 4\n');
    expect(await client.untilFrame('exit')).toEqual({ type: 'exit', code: 4 });
  });

  it('that closes its own descriptors has not ended', async () => {
    const client = holder.attach('a');
    client.type('exec 3<>/dev/tty 0</dev/null 1>/dev/null 2>&1\n');
    client.type('exit 9\n');
    expect(await client.untilFrame('exit')).toMatchObject({ type: 'exit' });
  });

  it('sees the size at its start and each resize, within bounds', async () => {
    const client = holder.attach('a', { cols: 101, rows: 31 });
    client.type('stty size\n');
    await client.untilText('31 101\r\n');
    client.type('trap \'echo resized to $(stty size)\' WINCH; echo trap is"" set\n');
    await client.untilText('trap is set\r\n');
    client.send(encodeResize(120, 40));
    client.type('\n');
    await client.untilText('resized to 40 120');
    client.send(encodeResize(65000, 0));
    client.type('stty size\n');
    await client.untilText('2 500\r\n');
    expect(client.frames).toEqual([{ type: 'hello', start: 0, live: 0, typed: 0 }]);
  });

  it('is interrupted by a Ctrl-C byte', async () => {
    const client = holder.attach('a');
    await client.untilText('$ ');
    client.type(`sh -c 'trap "echo caug""ht; exit 5" INT; echo rea""dy; while :; do sleep 1; done'\n`);
    await client.untilText('ready\r\n');
    client.type('\x03');
    await client.untilText('caught\r\n');
    client.type('echo prompt""ed\n');
    await client.untilText('prompted\r\n');
    expect(client.text).toContain('^C');
  });

  it('takes a paste of one megabyte into a program that echoes it, without a byte lost', async () => {
    const client = holder.attach('a');
    client.type(`stty raw -echo; echo rea""dy; head -c 1000000 | tee copy | cat; stty sane; echo cop""ied\n`);
    await client.untilText('ready');
    const paste = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => 33 + ((at * 7 + (at >> 8)) % 90)));
    await paced(client, paste);
    await client.untilText('copied');
    expect(sha256(readFileSync(join(holder.home, 'copy')))).toBe(sha256(paste));
    const from = client.bytes.indexOf('ready') + 'ready\n'.length;
    expect(sha256(client.bytes.subarray(from, from + paste.length))).toBe(sha256(paste));
  });
});

describe('a reconnect', () => {
  it('replays exactly: 50 cuts in 2 MB of output lose and double nothing', { timeout: 60_000 }, async () => {
    const numbers = Array.from({ length: 290_000 }, (_, at) => `${at + 1}\n`).join('');
    const random = createRandom(20_260_107);
    const parts: Buffer[] = [];
    const isOver = () => Buffer.concat(parts.slice(-20)).includes('END\n');
    let at = 0;
    while (!isOver()) {
      // The connection breaks at this very byte: what was sent after it is lost, and was never acknowledged.
      const cutAt = at + 1 + Math.floor(random() * 60_000);
      const client = holder.attach('a', { from: at, acknowledgeUpTo: random() < 0.7 ? cutAt : 0 });
      if (at === 0) client.type(`stty -onlcr -echo; printf 'BE''GIN\\n'; seq 1 290000; printf 'EN''D\\n'\n`);
      expect((await client.untilFrame('hello')).start).toBe(at);
      await client.until(() => (client.received ?? 0) >= cutAt || client.tail.includes('END\n'));
      await client.cut();
      parts.push(client.bytes.subarray(0, cutAt - at));
      at = Math.min(client.received ?? at, cutAt);
    }
    const cuts = parts.length;
    const all = Buffer.concat(parts);
    const found = all.subarray(all.indexOf('BEGIN\n') + 6, all.indexOf('END\n'));
    expect(cuts).toBeGreaterThanOrEqual(50);
    expect(found.length).toBe(numbers.length);
    expect(sha256(found)).toBe(sha256(numbers));
    expect(await holder.list()).toHaveLength(1);
  });

  it('100 times finds the same one shell each time', { timeout: 60_000 }, async () => {
    const pids = new Set<number | null>();
    for (let round = 0; round < 100; round += 1) {
      const client = holder.attach('a');
      await client.untilFrame('hello');
      if (round % 2 === 0) await client.cut();
      else client.send(encodeFrame(clientFrame.detach));
      await client.ended;
      if (round % 10 === 0) for (const row of await holder.list()) pids.add(row.pid);
    }
    expect(pids.size).toBe(1);
    expect(await holder.list()).toHaveLength(1);
    // bash itself and nothing else of ours below the holder
    expect(readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').trim().split(' ')).toHaveLength(1);
  });

  it('says where it starts when the ring no longer has what is asked for, and what of it is history', async () => {
    const first = holder.attach('a');
    first.type(`seq 1 100000; echo all-sh""own\n`);
    await first.untilText('all-shown\r\n');
    await first.cut();
    const second = holder.attach('a', { from: 0 });
    const hello = await second.untilFrame('hello');
    const { bytes } = (await holder.list())[0] ?? { bytes: 0 };
    expect(hello).toEqual({ type: 'hello', start: bytes - ringBytes, live: bytes, typed: 0 });
    await second.until(() => second.received === bytes);
    expect(first.bytes.indexOf(second.bytes.subarray(0, 10_000))).toBe(hello.start);
  });

  it('from an offset of another holder gets everything there is', async () => {
    const client = holder.attach('a', { from: 123_456_789 });
    expect(await client.untilFrame('hello')).toEqual({ type: 'hello', start: 0, live: 0, typed: 0 });
  });

  it('finds the job still running that was started before it', async () => {
    const first = holder.attach('a');
    first.type('mkfifo gate; echo wait""ing; read -r line < gate; echo "through: $line"\n');
    await first.untilText('waiting\r\n');
    await first.cut();
    const second = holder.attach('a', { from: first.received ?? 0 });
    holder.attach('b').type('echo open > gate\n');
    await second.untilText('through: open');
    expect(await holder.list()).toHaveLength(2);
  });

  it('takes the terminal over: the client before is told and closed', async () => {
    const first = holder.attach('a');
    await first.untilText('$ ');
    const second = holder.attach('a');
    expect(await first.untilFrame('taken')).toEqual({ type: 'taken' });
    await first.ended;
    second.type('echo mine-n""ow\n');
    await second.untilText('mine-now');
    expect(first.text).not.toContain('mine-now');
  });

  it('takes the terminal over also from a client that reads nothing', async () => {
    const first = holder.spawnAttach(['a', 'student', '80', '24', '0']);
    first.stdin.write(encodeFrame(clientFrame.input, Buffer.from('yes\n')));
    await once(async () => ((await holder.list())[0]?.bytes ?? 0) >= ringBytes);
    const second = holder.attach('a');
    await second.untilText('y\r\ny\r\n');
    second.type('\x03');
    await second.untilText('^C');
    expect(await holder.list()).toHaveLength(1);
  });
});

describe('numbered input', () => {
  const writer = 'abcdefgh';

  it('is counted over the connections of its writer, so that the rest can be sent again', async () => {
    const first = holder.attach('a', { writer, typed: 0 });
    expect(await first.untilFrame('hello')).toMatchObject({ typed: 0 });
    first.type('echo o""ne');
    await first.untilText('echo o""ne');
    await first.cut();
    const second = holder.attach('a', { writer, typed: 3 });
    expect(await second.untilFrame('hello')).toMatchObject({ typed: 10 });
    second.type('; echo tw""o\n');
    await second.untilText('one\r\ntwo\r\n');
    await second.cut();
    expect(await holder.attach('a', { writer, typed: 0 }).untilFrame('hello')).toMatchObject({ typed: 23 });
  });

  it('of a writer that is not known goes on where the writer says, and the oldest of many is forgotten', async () => {
    const hello = await holder.attach('a', { writer, typed: 500 }).untilFrame('hello');
    expect(hello).toMatchObject({ typed: 500 });
    expect(await holder.attach('a', { writer, typed: 400 }).untilFrame('hello')).toMatchObject({ typed: 500 });
    for (let at = 0; at < 32; at += 1) {
      await holder.attach('a', { writer: `writer-${at}`.replace('-', '0'), typed: 1 }).untilFrame('hello');
    }
    expect(await holder.attach('a', { writer, typed: 400 }).untilFrame('hello')).toMatchObject({ typed: 400 });
  });

  it('of a client that was taken over is not taken any more', async () => {
    const first = holder.attach('a', { writer, typed: 0 });
    await first.untilFrame('hello');
    const second = holder.attach('a', { writer, typed: 0 });
    const { typed } = await second.untilFrame('hello');
    first.type('never');
    await first.ended;
    second.type('echo se""cond\n');
    await second.untilText('second\r\n');
    expect([typed, second.text.includes('never')]).toEqual([0, false]);
  });
});

describe('flow control', () => {
  it('blocks the program while 256 KiB are unacknowledged, and Ctrl-C still ends it', async () => {
    const client = holder.attach('a', { acknowledgeUpTo: 0 });
    client.type('yes\n');
    await client.until(() => client.received === ringBytes);
    const seen = await bytesSeen(10);
    expect(new Set(seen)).toEqual(new Set([ringBytes]));

    client.send(encodeAck(ringBytes - 40_000));
    expect((await holder.list())[0]?.bytes).toBe(ringBytes);
    client.send(encodeAck(ringBytes - 30_000));
    await client.until(() => client.received === 2 * ringBytes - 30_000);

    client.type('\x03echo "y sto""pped"\n');
    client.send(encodeAck(client.received ?? 0));
    await client.until(() => {
      client.send(encodeAck(client.received ?? 0));
      return client.text.includes('y stopped\r\n');
    });
  });

  it('lets the program wait while nobody is attached, and nothing is lost', async () => {
    const first = holder.attach('a', { acknowledgeUpTo: 0 });
    first.type(`stty -onlcr -echo; printf 'BE''GIN\\n'; seq 1 200000; printf 'EN''D\\n'\n`);
    await first.untilText('BEGIN\n');
    await first.cut();
    await once(async () => ((await holder.list())[0]?.bytes ?? 0) === ringBytes);
    const second = holder.attach('a', { from: first.received ?? 0 });
    await second.untilText('END\n');
    const all = Buffer.concat([first.bytes, second.bytes]).toString('latin1');
    const numbers = all.slice(all.indexOf('BEGIN\n') + 6, all.indexOf('END\n'));
    expect(sha256(numbers)).toBe(sha256(Array.from({ length: 200_000 }, (_, at) => `${at + 1}\n`).join('')));
  });

  it('a flood of 30 MB does not grow the holder', { timeout: 60_000 }, async () => {
    const client = holder.attach('a');
    await client.untilText('$ ');
    const before = residentKiB(holder.pid);
    client.type('yes | head -c 15000000; echo flood-o""ver\n');
    await client.until(() => client.tail.includes('flood-over\r\n'));
    expect(client.received).toBeGreaterThan(22_000_000);
    expect(residentKiB(holder.pid) - before).toBeLessThan(4096);
  });

  it('holds back a client that sends more input than its credit, and loses none of it', async () => {
    const client = holder.attach('a');
    client.type('mkfifo gate; stty raw -echo; echo rea""dy; read -r < gate; head -c 400000 | sha256sum; stty sane\n');
    await client.untilText('ready');
    const paste = Buffer.alloc(400_000, 'kubewright ');
    for (let at = 0; at < paste.length; at += 4096) {
      client.send(encodeFrame(clientFrame.input, paste.subarray(at, at + 4096)));
    }
    // Only now somebody reads it.
    holder.attach('b').type('echo open > gate\n');
    await client.untilText(sha256(paste));
    // The last of them may come after what the shell prints.
    await vi.waitFor(() =>
      expect(client.frames.filter((frame) => frame.type === 'consumed').length).toBeGreaterThan(10),
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['an id with other characters', ['A_1', 'student', '80', '24', '0'], /terminal id/],
    ['an empty id', ['', 'student', '80', '24', '0'], /terminal id/],
    ['an id that is too long', ['a'.repeat(33), 'student', '80', '24', '0'], /terminal id/],
    ['an id with a line break', ['a\n', 'student', '80', '24', '0'], /terminal id/],
    ['a node that is an option', ['a', '-oProxyCommand=id', '80', '24', '0'], /"student" or on a node/],
    ['a node with a shell in it', ['a', 'w1;id', '80', '24', '0'], /"student" or on a node/],
    ['an offset below zero', ['a', 'student', '80', '24', '-1'], /"from" must be/],
    ['a size that is no number', ['a', 'student', 'wide', '24', '0'], /usage/],
    ['too few arguments', ['a'], /usage/],
    ['a writer without a number', ['a', 'student', '80', '24', '0', 'abcdefgh'], /usage/],
    ['a writer of another form', ['a', 'student', '80', '24', '0', 'A b', '0'], /a writer is/],
    ['a number of input below zero', ['a', 'student', '80', '24', '0', 'abcdefgh', '-1'], /"typed" must be/],
  ])('%s', async (_name, args, message) => {
    const frames = await framesOf(holder, args);
    expect(frames).toEqual([{ type: 'error', message: expect.stringMatching(message) }]);
    expect(await holder.list()).toEqual([]);
  });

  it('a terminal that is on another machine', async () => {
    await holder.attach('a').untilFrame('hello');
    expect(await framesOf(holder, ['a', 'w1', '80', '24', '0'])).toEqual([
      { type: 'error', message: 'terminal a is on student' },
    ]);
  });

  it.each([
    ['an unknown type', encodeFrame(99)],
    ['a resize of the wrong length', encodeFrame(clientFrame.resize, Buffer.alloc(3))],
    ['a detach with a payload', encodeFrame(clientFrame.detach, Buffer.alloc(1))],
    ['an acknowledgement of the wrong length', encodeFrame(clientFrame.ack, Buffer.alloc(4))],
    ['an acknowledgement of what was not sent', encodeAck(1_000_000)],
    ['a second attach', encodeFrame(attachFrame, Buffer.from('{}'))],
    ['a frame over the limit', Buffer.from([clientFrame.input, 0, 1, 0, 1])],
  ])('%s ends the connection, not the shell', async (_name, bytes) => {
    const client = holder.attach('a');
    await client.untilFrame('hello');
    client.send(bytes);
    await client.untilFrame('error');
    await client.ended;
    expect(await holder.list()).toMatchObject([{ id: 'a', alive: true }]);
    const next = holder.attach('a');
    next.type('echo un""harmed\n');
    await next.untilText('unharmed');
  });

  it.each([
    ['input before an attach', encodeFrame(clientFrame.input, Buffer.from('id\n'))],
    ['an attach that is no JSON', encodeFrame(attachFrame, Buffer.from('{'))],
    ['an attach with another key', encodeFrame(attachFrame, Buffer.from('{"id":"a","on":"student"}'))],
    [
      'an attach whose size is a boolean',
      encodeFrame(attachFrame, Buffer.from('{"id":"a","on":"student","cols":true,"rows":1,"from":0}')),
    ],
    ['a length of four gigabytes', Buffer.from([1, 255, 255, 255, 255])],
    ['a payload of the largest length with rubbish', encodeFrame(attachFrame, Buffer.alloc(frameLimitBytes, 0xff))],
  ])('%s', async (_name, bytes) => {
    const frames = createHolderFrameDecoder()(await holder.raw(bytes));
    expect(frames).toEqual([{ type: 'error', message: expect.any(String) }]);
    expect(await holder.list()).toEqual([]);
  });

  it('a 65th terminal', { timeout: 60_000 }, async () => {
    for (let at = 0; at < 64; at += 1) await holder.attach(`t-${at}`).untilFrame('hello');
    expect(await framesOf(holder, ['t-64', 'student', '80', '24', '0'])).toEqual([
      { type: 'error', message: 'there are 64 terminals already' },
    ]);
  });
});

describe('the subcommands', () => {
  it('attach pumps frames, and ends with 0 when the shell does', async () => {
    const child = holder.spawnAttach(['a', 'student', '80', '24', '0']);
    child.stdin.write(encodeFrame(clientFrame.input, Buffer.from('exit 6\n')));
    const decode = createHolderFrameDecoder();
    const frames: HolderFrame[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      frames.push(...decode(chunk));
      if (frames.at(-1)?.type === 'exit') child.stdin.end();
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(frames[0]).toEqual({ type: 'hello', start: 0, live: 0, typed: 0 });
    expect(frames.at(-1)).toEqual({ type: 'exit', code: 6 });
  });

  it('attach ends with its stdin, the shell goes on', async () => {
    const child = holder.spawnAttach(['a', 'student', '80', '24', '0']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.end();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(await holder.list()).toMatchObject([{ id: 'a', alive: true }]);
  });

  it('list prints the terminals', async () => {
    await holder.attach('a').untilFrame('hello');
    expect(JSON.parse(holder.runList())).toEqual([
      { id: 'a', on: 'student', pid: expect.any(Number), alive: true, bytes: expect.any(Number) },
    ]);
  });
});

describe('the holder', () => {
  it('ends all shells and itself at SIGTERM', async () => {
    const clients = ['a', 'b'].map((id) => holder.attach(id));
    for (const client of clients) {
      client.type('sleep 1000\n');
      await client.untilText('sleep 1000');
    }
    const pids = (await holder.list()).map((row) => row.pid);
    expect(await holder.stop()).toEqual({ code: 0, signal: null });
    for (const client of clients) await client.ended;
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(() => statSync(`/proc/${pid}`)).toThrow('ENOENT');
  });

  it('keeps its socket to its own user', async () => {
    const path = join(holder.home, '..', 'run');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'holder.sock')).mode & 0o777).toBe(0o600);
  });
});

async function framesOf(from: HolderProcess, args: readonly string[]) {
  const child = from.spawnAttach(args);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdout.once('data', () => child.stdin.end());
  await new Promise((resolve) => child.on('close', resolve));
  return createHolderFrameDecoder()(Buffer.concat(chunks));
}

/** How much the shell had written at each of so many looks, one after the other. */
async function bytesSeen(looks: number): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = [];
  for (let look = 0; look < looks; look += 1) seen.push((await holder.list())[0]?.bytes);
  return seen;
}

/** Sends input as the engine does: at most the credit under way. */
async function paced(client: HolderClient, bytes: Buffer): Promise<void> {
  const before = client.frames.filter((frame) => frame.type === 'consumed').at(-1)?.bytes ?? 0;
  const consumed = () => client.frames.filter((frame) => frame.type === 'consumed').at(-1)?.bytes ?? before;
  for (let at = 0; at < bytes.length; at += 4096) {
    await client.until(() => at - consumed() < 60 * 1024);
    client.send(encodeFrame(clientFrame.input, bytes.subarray(at, at + 4096)));
  }
}

async function once(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function residentKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
