import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Channel, type ChannelRunOptions, openChannel } from '../../../../engine/providers/kind/channel.ts';
import type { ChannelCommand } from '../../../../engine/providers/kind/channel-frames.ts';
import { dockerMessage, FakeDocker, FakeStream, processStream } from './fake-docker.ts';

const container = 'c0ffee';
const long: ChannelRunOptions = { timeoutMs: 60_000, maxOutputBytes: 1_000_000 };
const command = (argv: readonly string[], more: Partial<ChannelCommand> = {}): ChannelCommand => ({
  ...{ argv, env: [], folder: '/' },
  ...more,
});
const sh = (script: string, ...words: string[]) => command(['sh', '-c', script, 'sh', ...words]);

describe('a channel, with the real program behind a fake Docker engine', () => {
  const children: ChildProcessWithoutNullStreams[] = [];
  let folder: string;
  let docker: FakeDocker;
  let channel: Channel;
  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'channel-')));
    docker = new FakeDocker(([file = '', ...words]) => {
      const child = spawn(file, words, { env: { PATH: process.env['PATH'], OF: 'the container' } });
      children.push(child);
      return processStream(child, () => child.stdin.destroy());
    });
    channel = await openChannel(docker.asDocker(), container);
  });
  afterEach(async () => {
    channel.close();
    // Whatever a test has done, nothing is left: the program ends with its input.
    await Promise.all(children.splice(0).map(ended));
    rmSync(folder, { recursive: true });
  });
  const run = (it: ChannelCommand, options: Partial<ChannelRunOptions> = {}) =>
    channel.run(it, { ...long, ...options });
  const end = () => children[0]?.kill('SIGKILL');

  test('is a program of root in that container', () => {
    expect(docker.asked).toMatchObject([{ container, User: 'root', AttachStdin: true, Tty: false }]);
    expect(channel.isOpen()).toBe(true);
  });

  test('answers with what the program printed and its exit code', async () => {
    expect(await run(sh('echo out; echo err >&2; exit 3'))).toEqual({
      ...{ kind: 'result', exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false },
    });
    expect(await run(command(['true']))).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(channel.running()).toBe(0);
  });

  test('says 128 + n of a program that signal n ended', async () => {
    expect(await run(sh('kill -9 $$'))).toMatchObject({ kind: 'result', exitCode: 137 });
    expect(await run(sh('kill -15 $$'))).toMatchObject({ kind: 'result', exitCode: 143 });
  });

  test('hands words on as words: no shell sees them', async () => {
    const words = ['$HOME; rm -rf /', '`id`', "it's", '', 'a\nb', 'ä€', ''];
    expect(await run(command(['printf', '[%s]', ...words]))).toMatchObject({
      stdout: words.map((word) => `[${word}]`).join(''),
    });
  });

  test('gives the program the environment of the container, variables of its own, and a folder', async () => {
    const it = command(['sh', '-c', 'echo "$OF|$A|$B|$PWD"'], { env: ['A=1=2', 'B='], folder });
    expect(await run(it)).toMatchObject({ stdout: `the container|1=2||${folder}\n` });
    expect(await run(sh('echo "$A"'))).toMatchObject({ stdout: '\n' });
  });

  test('gives it a session of its own, the signals that every program begins with, and no file of the channel', async () => {
    const script = 'ps -o sid= -p $$ | tr -d " "; echo $$; yes | head -n 1; kill -CHLD $$';
    const { stdout } = (await run(sh(script))) as { stdout: string };
    const [session, pid, yes] = stdout.split('\n');
    expect([session, yes]).toEqual([pid, 'y']);
    const files = ['ls', '/proc/self/fd'] as const;
    expect(await run(command(files))).toMatchObject({
      stdout: execFileSync(files[0], [files[1]], { encoding: 'utf8' }),
    });
  });

  test('gives it its input, bytes of all kinds, and nothing where there is none', async () => {
    const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, at) => at % 256));
    const counted = await run(command(['od', '-An', '-v', '-tu1', '-w1'], { input: bytes }));
    expect((counted as { stdout: string }).stdout.trim().split(/\s+/).map(Number)).toEqual([...bytes]);
    expect(await run(command(['cat'], { input: '' }))).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await run(command(['cat']))).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await run(command(['true'], { input: 'nobody reads it' }))).toMatchObject({ exitCode: 0 });
  });

  test('does not run what it has no room for', async () => {
    const file = join(folder, 'ran');
    expect(await run(command(['touch', file], { input: 'x'.repeat(4_097) }))).toEqual({ kind: 'not-run' });
    expect(await run(command(['touch', file, 'x'.repeat(70_000)]))).toEqual({ kind: 'not-run' });
    expect(await run(command(['touch', file, 'a\0b']))).toEqual({ kind: 'not-run' });
    expect(await run(command(['true']))).toMatchObject({ exitCode: 0 });
    expect(existsSync(file)).toBe(false);
  });

  test('does not run what cannot be started, and goes on', async () => {
    expect(await run(command(['no-such-program']))).toEqual({ kind: 'not-run' });
    expect(await run(command(['true'], { folder: join(folder, 'gone') }))).toEqual({ kind: 'not-run' });
    expect(await run(command(['true']))).toMatchObject({ exitCode: 0 });
  });

  test('runs many at a time, and each gets its own answer', async () => {
    const script = 'read -r line; printf "%s-%s" "$1" "$line"; head -c 200000 /dev/zero | tr "\\0" "$2"; exit "$1"';
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    const outcomes = await Promise.all(
      numbers.map((at) => run({ ...sh(script, String(at), String(at % 10)), input: `in${at}\n` })),
    );
    for (const at of numbers) {
      const stdout = `${at}-in${at}${String(at % 10).repeat(200_000)}`;
      expect(outcomes[at]).toEqual({ kind: 'result', exitCode: at, stdout, stderr: '', timedOut: false });
    }
  });

  test('a quick one does not wait for a slow one', async () => {
    const fifo = join(folder, 'fifo');
    await run(command(['mkfifo', fifo]));
    const slow = run(command(['cat', fifo]));
    expect(await run(sh('echo done > "$1"', fifo))).toMatchObject({ exitCode: 0 });
    expect(await slow).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  });

  test('cuts off what is more than may be kept, and ends the program', async () => {
    const outcome = await run(sh('echo $$ > "$1"; exec yes', join(folder, 'pid')), { maxOutputBytes: 100_001 });
    expect(outcome).toMatchObject({ kind: 'result', exitCode: 128, timedOut: false });
    expect((outcome as { stdout: string }).stdout).toBe(`${'y\n'.repeat(50_000)}y`);
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(false);
    expect(await run(command(['true']))).toMatchObject({ exitCode: 0 });
  });

  test('is over when the program is, though what it left behind holds its output', async () => {
    const outcome = await run(sh('sleep 600 & echo $! > "$1"; echo out', join(folder, 'pid')));
    expect(outcome).toMatchObject({ kind: 'result', exitCode: 0, stdout: 'out\n' });
    expect(isAlive(join(folder, 'pid'))).toBe(true);
    process.kill(pidIn(join(folder, 'pid')));
  });

  test('a program that closed its output is waited for', async () => {
    expect(await run(sh('exec >&- 2>&-; sleep 0.3; exit 4'))).toMatchObject({ kind: 'result', exitCode: 4 });
  });

  test('what takes too long is killed and not waited for', async () => {
    const it = sh('echo begun; echo $$ > "$1"; exec sleep 600', join(folder, 'pid'));
    const outcome = await run(it, { timeoutMs: 1_000 });
    expect(outcome).toMatchObject({ kind: 'result', exitCode: 124, timedOut: true });
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(false);
    expect(channel.isOpen()).toBe(true);
  });

  test('what is cancelled is killed and not waited for', async () => {
    const abort = new AbortController();
    const running = run(sh('echo $$ > "$1"; exec sleep 600', join(folder, 'pid')), { signal: abort.signal });
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(true);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(false);
    expect(await run(command(['true']), { signal: abort.signal })).toEqual({ kind: 'not-run' });
    expect(await run(command(['true']))).toMatchObject({ exitCode: 0 });
  });

  test('nobody knows what came of a command whose channel was killed', async () => {
    const running = run(sh('echo begun; echo $$ > "$1"; exec sleep 600', join(folder, 'pid')));
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(true);
    end();
    expect(await running).toEqual({ kind: 'lost' });
    expect(channel.isOpen()).toBe(false);
    expect(await run(command(['true']))).toEqual({ kind: 'not-run' });
    process.kill(pidIn(join(folder, 'pid')));
  });

  test('a command never begins on a channel that stands still', async () => {
    const [child] = children;
    child?.kill('SIGSTOP');
    const file = join(folder, 'ran');
    expect(await run(command(['touch', file]))).toEqual({ kind: 'not-run' });
    expect(channel.isOpen()).toBe(false);
    child?.kill('SIGCONT');
    await Promise.all(children.map(ended));
    expect(existsSync(file)).toBe(false);
  });

  test('closing it lets what runs come to its end and takes nothing more', async () => {
    const fifo = join(folder, 'fifo');
    await run(command(['mkfifo', fifo]));
    const running = run(sh('echo $$ > "$2"; exec cat "$1"', fifo, join(folder, 'pid')));
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(true);
    channel.close();
    expect(await run(command(['true']))).toEqual({ kind: 'not-run' });
    writeFileSync(fifo, 'done');
    expect(await running).toMatchObject({ kind: 'result', exitCode: 0, stdout: 'done' });
    await Promise.all(children.map(ended));
  });

  test('a connection that is cut kills what runs and ends the program', async () => {
    const running = run(sh('echo $$ > "$1"; exec sleep 600', join(folder, 'pid')));
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(true);
    docker.streams[0]?.destroy();
    expect(await running).toEqual({ kind: 'lost' });
    await Promise.all(children.map(ended));
    await expect.poll(() => isAlive(join(folder, 'pid'))).toBe(false);
  });
});

describe('a channel, with a machine that is played', () => {
  afterEach(() => void vi.useRealTimers());

  const frame = (type: number, number: number, payload: string | Buffer = '') => {
    const bytes = Buffer.from(payload);
    const header = Buffer.alloc(9);
    header.writeUInt8(type, 0);
    header.writeUInt32BE(number, 1);
    header.writeUInt32BE(bytes.length, 5);
    return dockerMessage(1, Buffer.concat([header, bytes]));
  };
  const [hello, ready, stdout, stderr, over] = [16, 17, 18, 19, 20];
  const zero = Buffer.alloc(4);
  const play = async () => {
    const stream = new FakeStream();
    stream.push(frame(hello, 0));
    const channel = await openChannel(new FakeDocker(() => stream).asDocker(), container);
    /** Types of the frames that were sent. */
    const sent = () => stream.written.map((bytes) => bytes.readUInt8(0));
    return { stream, channel, sent, run: (options = {}) => channel.run(command(['true']), { ...long, ...options }) };
  };

  test('is told to run something only when it has said that it is there', async () => {
    const { stream, run, sent } = await play();
    const running = run();
    expect(sent()).toEqual([1]);
    stream.push(frame(ready, 1));
    await expect.poll(sent).toEqual([1, 2]);
    stream.push(frame(stdout, 1, 'x'));
    stream.push(frame(over, 1, zero));
    expect(await running).toMatchObject({ kind: 'result', exitCode: 0, stdout: 'x' });
  });

  test('what had begun goes on when it does not answer in time; what had not is not run', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { stream, channel, run, sent } = await play();
    const first = run();
    stream.push(frame(ready, 1));
    await vi.waitFor(() => expect(sent()).toEqual([1, 2]));
    const second = run();
    vi.advanceTimersByTime(3_000);
    expect(await second).toEqual({ kind: 'not-run' });
    expect(channel.isOpen()).toBe(false);
    expect(await run()).toEqual({ kind: 'not-run' });
    expect(stream.destroyed).toBe(false);
    stream.push(frame(ready, 2));
    stream.push(frame(over, 1, zero));
    expect(await first).toMatchObject({ kind: 'result', exitCode: 0 });
    expect(sent()).toEqual([1, 2, 1]);
    expect(stream.destroyed).toBe(true);
  });

  test.each([
    ['an answer nobody asked for', frame(stdout, 2, 'x')],
    ['a second hello', frame(hello, 0)],
    ['an end before the beginning', frame(over, 1, zero)],
    ['output before the beginning', frame(stderr, 1, 'x')],
    ['an unknown type', frame(7, 1)],
    ['an end of no code', Buffer.concat([frame(ready, 1), frame(over, 1, 'x')])],
    ['output of no bytes', Buffer.concat([frame(ready, 1), frame(stdout, 1)])],
    ['a second answer to the question', Buffer.concat([frame(ready, 1), frame(ready, 1)])],
    ['a frame over the limit', dockerMessage(1, Buffer.from('12000000010001000178', 'hex'))],
    ['the stream of a tty', Buffer.from('root@node:/# ')],
  ])('is ended by %s, and what had not begun is not run', async (_, bytes) => {
    const { stream, channel, run, sent } = await play();
    const running = run();
    stream.push(bytes);
    expect(await running).toEqual({ kind: sent().includes(2) ? 'lost' : 'not-run' });
    expect(channel.isOpen()).toBe(false);
    expect(stream.destroyed).toBe(true);
  });

  test('takes some more of a command that was given up, and not without end', async () => {
    const { stream, channel, run, sent } = await play();
    const abort = new AbortController();
    const running = run({ signal: abort.signal });
    stream.push(frame(ready, 1));
    await expect.poll(sent).toEqual([1, 2]);
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(sent()).toEqual([1, 2, 3]);
    const piece = frame(stdout, 1, 'x'.repeat(60_000));
    for (let count = 0; count < 60; count += 1) stream.push(piece);
    const next = run();
    stream.push(frame(ready, 2));
    await expect.poll(sent).toEqual([1, 2, 3, 1, 2]);
    stream.push(frame(over, 2, zero));
    expect(await next).toMatchObject({ kind: 'result' });
    for (let count = 0; count < 20; count += 1) stream.push(piece);
    await expect.poll(() => channel.isOpen()).toBe(false);
  });

  test.each([
    ['ended', (stream: FakeStream) => void stream.push(null)],
    ['broke', (stream: FakeStream) => void stream.destroy(new Error('read ECONNRESET'))],
  ])('loses what had begun when the connection %s', async (_, cut) => {
    const { stream, run, sent } = await play();
    const [running, waiting] = [run(), run()];
    stream.push(frame(ready, 1));
    stream.push(frame(stdout, 1, 'some'));
    await expect.poll(sent).toEqual([1, 1, 2]);
    cut(stream);
    expect(await running).toEqual({ kind: 'lost' });
    expect(await waiting).toEqual({ kind: 'not-run' });
  });

  test('cannot be opened where the engine says no, where there is no program, and where it never speaks', async () => {
    const refusing = new FakeDocker(() => {
      throw Object.assign(new Error('container c0ffee is not running'), { statusCode: 409 });
    });
    await expect(openChannel(refusing.asDocker(), container)).rejects.toThrow('is not running');
    const without = new FakeStream();
    without.push(dockerMessage(1, Buffer.from('OCI runtime exec failed: exec: "perl": not found\n')));
    await expect(openChannel(new FakeDocker(() => without).asDocker(), container)).rejects.toThrow(container);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silent = new FakeStream();
    const docker = new FakeDocker(() => silent);
    const opening = openChannel(docker.asDocker(), container);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    vi.advanceTimersByTime(10_000);
    await expect(opening).rejects.toThrow(container);
    expect(silent.destroyed).toBe(true);
  });

  test('is not waited for where the engine does not answer, and not left open when it does later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = Promise.withResolvers<FakeStream>();
    const hanging = { getContainer: () => ({ exec: async () => ({ start: () => answer.promise }) }) };
    const opening = openChannel(hanging as unknown as Docker, container);
    vi.advanceTimersByTime(10_000);
    await expect(opening).rejects.toThrow(container);
    const tardy = new FakeStream();
    answer.resolve(tardy);
    await vi.waitFor(() => expect(tardy.destroyed).toBe(true));
  });
});

function pidIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

/** Whether the process is there whose id is in that file. */
function isAlive(file: string): boolean {
  try {
    return process.kill(pidIn(file), 0);
  } catch {
    return false;
  }
}

function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => void child.once('exit', () => resolve()));
}
