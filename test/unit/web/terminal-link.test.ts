import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTerminalLink, type LinkSocket, type LinkState } from '../../../web/client/terminal-link.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
let session: string;
const links: { close(): void }[] = [];
beforeEach(async () => {
  harness = await startHarness();
  await harness.signIn();
  session = await harness.startDrill();
});
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await harness.end();
});

/** The page's link against the real server; the screen keeps what it was shown and answers a query as xterm does. */
function openLink({ isSlow = false } = {}) {
  const shown: Uint8Array[] = [];
  /** Of a slow screen: what it has not parsed yet. */
  const waiting: (() => void)[] = [];
  const states: LinkState[] = [];
  const restarts: number[] = [];
  const sockets: { terminate(): void }[] = [];
  const size = { cols: 80, rows: 24 };
  const link = createTerminalLink({
    path: `/ws/terminal/${session}/w1/1`,
    screen: {
      get cols() {
        return size.cols;
      },
      get rows() {
        return size.rows;
      },
      write(bytes, parsed) {
        shown.push(Uint8Array.from(bytes));
        const parse = () => {
          if (Buffer.from(bytes).includes('\u001b[c')) link.answer('\u001b[?1;2c');
          parsed();
        };
        if (isSlow) waiting.push(parse);
        else parse();
      },
      restart(lost) {
        restarts.push(lost);
        shown.length = 0;
      },
    },
    openSocket(path) {
      const socket = harness.openSocket(path);
      sockets.push(socket);
      socket.on('error', () => undefined);
      return socket as unknown as LinkSocket;
    },
    retryAfterMs: () => 1,
    onState: (state) => states.push(state),
  });
  links.push(link);
  link.connect();
  return {
    link,
    size,
    states,
    restarts,
    shown: () => Buffer.concat(shown),
    state: () => states.at(-1),
    cut: () => sockets.at(-1)?.terminate(),
    parseAll: () => {
      for (const parse of waiting.splice(0)) parse();
    },
    connects: () => sockets.length,
  };
}

const connected = { is: 'connected' } as const;

describe('the terminal link of the page', () => {
  it('shows every byte once and in order over many cuts', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    await expect.poll(page.state).toEqual(connected);
    for (let round = 0; round < 20; round += 1) {
      for (let line = 0; line < 3; line += 1) shell.print(`line ${round} ${'x'.repeat((round * 37 + line) % 400)}\r\n`);
      const before = page.connects();
      page.cut();
      shell.print(`while away ${round}\r\n`);
      await expect.poll(page.connects).toBeGreaterThan(before);
      await expect.poll(page.state).toEqual(connected);
    }
    await expect.poll(() => page.shown().length).toBe(shell.output().length);
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(page.shown())).toBe(hash(shell.output()));
    expect(page.restarts).toEqual([]);
    expect(page.connects()).toBe(21);
  });

  it('types no answer to a query of replayed history into the shell, and answers a live one', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    shell.print('vim started here \u001b[c and went on');
    const page = openLink();
    await expect.poll(() => page.shown().toString()).toContain('went on');
    page.link.type('k');
    await expect.poll(() => shell.seen.input).toBe('k');
    shell.print('\u001b[c');
    await expect.poll(() => shell.seen.input).toBe('k\u001b[?1;2c');
  });

  it('types no answer into a new shell to a query of the old one that is parsed late', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink({ isSlow: true });
    await expect.poll(page.state).toEqual(connected);
    shell.print('\u001b[c');
    await expect.poll(() => page.shown().toString()).toBe('\u001b[c');
    page.cut();
    // As much as a new shell has: nothing that was shown is its own.
    shell.forgetBefore(shell.output().length);
    shell.print('x');
    shell.forgetBefore(shell.output().length);
    await expect.poll(() => page.restarts).toEqual([1]);
    await expect.poll(page.state).toEqual(connected);
    page.parseAll();
    page.link.type('k');
    await expect.poll(() => shell.seen.input).toBe('k');
    shell.print('\u001b[c');
    await expect.poll(() => page.shown().toString()).toBe('\u001b[c');
    page.parseAll();
    await expect.poll(() => shell.seen.input).toBe('k\u001b[?1;2c');
  });

  it('keeps what is typed while there is no connection', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    await expect.poll(page.state).toEqual(connected);
    page.cut();
    page.link.type('ec');
    page.link.type('ho');
    await expect.poll(() => shell.seen.input).toBe('echo');
  });

  it('says how much was lost when the ring had no room for it', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    shell.print('0123456789');
    await expect.poll(() => page.shown().toString()).toBe('0123456789');
    page.cut();
    shell.print('abcdefghij');
    shell.forgetBefore(15);
    await expect.poll(() => page.shown().toString()).toBe('fghij');
    expect(page.restarts).toEqual([5]);
  });

  it('acknowledges what the screen has parsed, in bigger pieces and at the end', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    await expect.poll(page.state).toEqual(connected);
    shell.print(new Uint8Array(100_000));
    await expect.poll(() => shell.seen.acknowledged).toBe(100_000);
  });

  it('sends a big paste in pieces the server takes', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    await expect.poll(page.state).toEqual(connected);
    page.link.type('y'.repeat(300_000));
    await expect.poll(() => shell.seen.input.length).toBe(300_000);
    expect(page.state()).toEqual(connected);
  });

  it('tells the shell the size that the screen got while there was no connection', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    const page = openLink();
    page.size.cols = 132;
    page.link.resize();
    await expect.poll(() => shell.seen.sizes.at(-1)).toEqual([132, 24]);
  });

  it('does not fight another window for the terminal', async () => {
    const first = openLink();
    await expect.poll(first.state).toEqual(connected);
    const second = openLink();
    await expect.poll(first.state).toEqual({ is: 'taken-over' });
    await expect.poll(second.state).toEqual(connected);
    first.link.connect();
    await expect.poll(first.state).toEqual(connected);
    await expect.poll(second.state).toEqual({ is: 'taken-over' });
  });

  it('opens a new shell after the old one has ended, from its beginning', async () => {
    const shell = harness.shellOf(session, 'w1-1');
    shell.print('old');
    const page = openLink();
    await expect.poll(() => page.shown().toString()).toBe('old');
    shell.exit(0);
    await expect.poll(page.state).toEqual({ is: 'ended', exitCode: 0 });
    page.link.connect();
    await expect.poll(page.state).toEqual(connected);
    expect(shell.seen.requests.map((request) => request.fromOffset)).toEqual([0, 0]);
  });
});
