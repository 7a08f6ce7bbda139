import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHeldTerminal } from '../../../../engine/providers/kind/terminal.ts';
import { encodeFrame, holderFrame } from '../../../../engine/providers/kind/terminal-frames.ts';
import type { Terminal } from '../../../../engine/providers/provider.ts';
import { type Clock, systemClock } from '../../../../engine/system/clock.ts';
import { type HolderProcess, startHolder } from '../../student-host/holder-process.ts';
import { dockerMessage, FakeDocker, FakeStream, processStream } from './fake-docker.ts';

const request = { id: 'student-1', on: 'student', cols: 80, rows: 24, fromOffset: 0 };
const container = 'c0ffee';
const attachCommand = ['python3', '-I', '-S', '/usr/local/lib/kubewright/holder.py', 'attach'];

describe('openHeldTerminal, with the real holder behind a fake Docker engine', () => {
  let holder: HolderProcess;
  beforeEach(async () => {
    holder = await startHolder();
  });
  afterEach(async () => {
    await holder.stop();
  });

  const open = (part: Partial<typeof request> = {}, docker = new FakeDocker((argv) => attachStream(holder, argv))) =>
    openHeldTerminal({ docker: docker.asDocker(), container, clock: systemClock }, { ...request, ...part });

  it('runs the attach subcommand as root in the container it was given, as words of their own', async () => {
    const docker = new FakeDocker((argv) => attachStream(holder, argv));
    const terminal = await open({ cols: 10_000, rows: 1, fromOffset: 7 }, docker);
    expect(docker.asked).toEqual([
      {
        container,
        Cmd: [...attachCommand, 'student-1', 'student', '500', '2', '7'],
        User: '0',
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      },
    ]);
    terminal.close();
  });

  it('keeps output until the first listener, and hands it over with its offset', async () => {
    const terminal = await open();
    expect([terminal.start, terminal.live]).toEqual([0, 0]);
    terminal.write(Buffer.from('echo be""fore; exit 5\n'));
    await until(async () => (await holder.list())[0]?.alive === false);
    const screen = show(terminal);
    expect(await screen.ended).toEqual([5, false]);
    expect(screen.text()).toContain('before\r\n');
    expect(screen.offsets[0]).toBe(0);
  });

  it('brings a large paste through in order and resizes', async () => {
    const terminal = await open();
    const screen = show(terminal);
    terminal.write(Buffer.from('stty raw -echo; echo rea""dy; head -c 1000000 | cat; stty sane; stty size\n'));
    await screen.untilText('ready\n');
    const paste = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => 33 + ((at * 11 + (at >> 9)) % 90)));
    terminal.resize(133, 44);
    terminal.write(paste);
    await screen.untilText('44 133\r\n');
    const from = screen.bytes().indexOf('ready\n') + 'ready\n'.length;
    expect(
      screen
        .bytes()
        .subarray(from, from + paste.length)
        .equals(paste),
    ).toBe(true);
  });

  it('replays to the next one exactly from the offset it asks for; the shell went on', async () => {
    const first = await open();
    const before = show(first);
    first.write(Buffer.from('seq 1 3; echo one""-two\n'));
    await before.untilText('one-two\r\n');
    first.close();
    const second = await open({ fromOffset: 10 });
    expect(second.start).toBe(10);
    const after = show(second);
    second.write(Buffer.from('echo thr""ee\n'));
    await after.untilText('three\r\n');
    expect(second.live).toBeGreaterThanOrEqual(before.bytes().length);
    expect(
      after
        .bytes()
        .subarray(0, before.bytes().length - 10)
        .equals(before.bytes().subarray(10)),
    ).toBe(true);
    expect(await holder.list()).toHaveLength(1);
  });

  it('pauses the shell as long as nothing is acknowledged', async () => {
    const terminal = await open();
    const screen = show(terminal, { acknowledging: false });
    terminal.write(Buffer.from('yes\n'));
    await screen.until(() => screen.bytes().length === 256 * 1024);
    expect(await holder.list()).toMatchObject([{ bytes: 256 * 1024 }]);
    terminal.acknowledge(256 * 1024);
    await screen.until(() => screen.bytes().length === 512 * 1024);
  });

  it('tells the former one that it was taken over', async () => {
    const first = show(await open());
    const second = await open();
    expect(await first.ended).toEqual([undefined, true]);
    second.close();
  });

  it('after close nothing is delivered, and the connection ends at the holder', async () => {
    const docker = new FakeDocker((argv) => attachStream(holder, argv));
    const terminal = await open({}, docker);
    const screen = show(terminal);
    await screen.untilText('$ ');
    const seen = screen.bytes().length;
    terminal.write(Buffer.from('echo typed-before-close > typed\n'));
    terminal.close();
    terminal.close();
    await until(() => docker.streams.every((stream) => stream.destroyed));
    expect(screen.bytes().length).toBe(seen);
    const next = await open({ fromOffset: seen });
    const after = show(next);
    next.write(Buffer.from('echo "<$(cat typed)>"\n'));
    await after.untilText('<typed-before-close>\r\n');
  });

  it('a broken connection ends it without an exit code', async () => {
    const docker = new FakeDocker((argv) => attachStream(holder, argv));
    const screen = show(await open({}, docker));
    docker.streams[0]?.destroy();
    expect(await screen.ended).toEqual([undefined, false]);
    expect(await holder.list()).toMatchObject([{ alive: true }]);
  });

  it("passes on the holder's refusal", async () => {
    await expect(open({ id: 'NOT VALID' })).rejects.toMatchObject({
      code: 'TERMINAL_GONE',
      message: expect.stringContaining('a terminal id is 1 to 32'),
    });
  });
});

describe('openHeldTerminal', () => {
  const open = (docker: FakeDocker, clock: Clock = systemClock) =>
    openHeldTerminal({ docker: docker.asDocker(), container, clock }, request);

  it('gives up after 10 s without a hello, and leaves no connection', async () => {
    const docker = new FakeDocker(() => new FakeStream());
    const asked: number[] = [];
    const clock: Clock = { ...systemClock, sleep: async (ms) => void asked.push(ms) };
    await expect(open(docker, clock)).rejects.toMatchObject({
      code: 'TERMINAL_GONE',
      message: expect.stringContaining('did not answer in 10000 ms'),
    });
    expect(asked).toEqual([10_000]);
    await until(() => docker.streams.length === 1 && docker.streams.every((stream) => stream.destroyed));
  });

  it('says what the container said on stderr when it ends before the hello', async () => {
    const docker = new FakeDocker(() => {
      const stream = new FakeStream();
      stream.push(dockerMessage(2, Buffer.from('exec: "python3": executable file not found\n')));
      stream.push(null);
      return stream;
    });
    await expect(open(docker)).rejects.toMatchObject({
      code: 'TERMINAL_GONE',
      message: expect.stringContaining('executable file not found'),
    });
  });

  it('tells a container that is gone from an engine that does not answer', async () => {
    const missing = new FakeDocker(() => {
      throw Object.assign(new Error('(HTTP code 404) no such container'), { statusCode: 404 });
    });
    await expect(open(missing)).rejects.toMatchObject({ code: 'TERMINAL_GONE' });
    const silent = new FakeDocker(() => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    });
    await expect(open(silent)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it.each([
    ['output that is not the next byte', output(5, 'x')],
    ['a frame of an unknown type', encodeFrame(77)],
    ['a second hello', hello(0, 0)],
  ])('%s ends the terminal instead of showing something wrong', async (_name, frame) => {
    const stream = new FakeStream();
    const terminal = await open(new FakeDocker(() => stream), greeting(stream));
    const screen = show(terminal);
    stream.push(dockerMessage(1, frame));
    expect(await screen.ended).toEqual([undefined, false]);
    expect(screen.bytes()).toHaveLength(0);
    expect(stream.destroyed).toBe(true);
  });

  it('sends input in frames of at most 4 KiB, no more than 64 KiB ahead of what was consumed', async () => {
    const stream = new FakeStream();
    const terminal = await open(new FakeDocker(() => stream), greeting(stream));
    terminal.write(Buffer.alloc(100_000, 'a'));
    expect(stream.written).toHaveLength(16);
    expect(Math.max(...stream.written.map((frame) => frame.length))).toBe(4096 + 5);
    stream.push(dockerMessage(1, encodeFrame(holderFrame.consumed, u64(16_384))));
    await until(() => stream.written.length === 20);
    stream.push(dockerMessage(1, encodeFrame(holderFrame.consumed, u64(65_536))));
    await until(() => stream.written.length === 25);
    expect(stream.written.reduce((sum, frame) => sum + frame.length - 5, 0)).toBe(100_000);
  });

  it('ends when more than 4 MiB of input wait for a program that reads nothing', async () => {
    const stream = new FakeStream();
    const terminal = await open(new FakeDocker(() => stream), greeting(stream));
    const screen = show(terminal);
    for (let at = 0; at < 5; at += 1) terminal.write(Buffer.alloc(1024 * 1024));
    expect(await screen.ended).toEqual([undefined, false]);
  });

  it('acknowledges each 32 KiB and when all was shown, and never what was not delivered', async () => {
    const stream = new FakeStream();
    const terminal = await open(new FakeDocker(() => stream), greeting(stream));
    const screen = show(terminal, { acknowledging: false });
    for (let at = 0; at < 100; at += 1) stream.push(dockerMessage(1, output(at * 1000, 'x'.repeat(1000))));
    await screen.until(() => screen.bytes().length === 100_000);
    for (let at = 1000; at <= 100_000; at += 1000) terminal.acknowledge(at);
    terminal.acknowledge(5);
    terminal.acknowledge(200_000);
    expect(stream.written.map((frame) => Number(frame.readBigUInt64BE(5)))).toEqual([33_000, 66_000, 99_000, 100_000]);
  });
});

/** A hello that comes when the deadline is started, i.e. at once. */
function greeting(stream: FakeStream): Clock {
  stream.push(dockerMessage(1, hello(0, 0)));
  return systemClock;
}

interface Screen {
  readonly offsets: number[];
  /** What the end was announced with: exit code, taken. */
  readonly ended: Promise<[number | undefined, boolean | undefined]>;
  bytes(): Buffer;
  text(): string;
  until(condition: () => boolean): Promise<void>;
  untilText(text: string): Promise<void>;
}

function show(terminal: Terminal, options = { acknowledging: true }): Screen {
  const chunks: Buffer[] = [];
  const offsets: number[] = [];
  let next = terminal.start;
  const screen: Screen = {
    offsets,
    ended: new Promise((resolve) => terminal.onEnd((exitCode, taken) => resolve([exitCode, taken]))),
    bytes: () => Buffer.concat(chunks),
    text: () => Buffer.concat(chunks).toString('latin1'),
    until,
    untilText: (text) => until(() => screen.text().includes(text)),
  };
  terminal.onOutput((offset, bytes) => {
    expect(offset).toBe(next);
    next += bytes.length;
    offsets.push(offset);
    chunks.push(Buffer.from(bytes));
    if (options.acknowledging) terminal.acknowledge(next);
  });
  return screen;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The attach subcommand on this machine, with what the engine was told behind "attach". */
function attachStream(holder: HolderProcess, argv: readonly string[]): Duplex {
  const child = holder.spawnAttach(argv.slice(argv.indexOf('attach') + 1));
  return processStream(child, () => void child.kill('SIGKILL'));
}

function hello(start: number, live: number): Buffer {
  return encodeFrame(holderFrame.hello, Buffer.concat([u64(start), u64(live), u64(0)]));
}

function output(offset: number, text: string): Buffer {
  return encodeFrame(holderFrame.output, Buffer.concat([u64(offset), Buffer.from(text)]));
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
