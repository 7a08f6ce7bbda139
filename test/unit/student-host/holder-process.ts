import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  clientFrame,
  createHolderFrameDecoder,
  encodeAck,
  encodeFrame,
  type HolderFrame,
} from '../../../engine/providers/kind/terminal-frames.ts';
import { installationRoot } from '../../../engine/system/paths.ts';

/** Sent by the holder's own subcommands only, see the table in holder.py. */
export const attachFrame = 1;
const listFrame = 6;
const frameHeaderBytes = 5;

const holderFile = join(installationRoot(), 'clusters', 'student-host', 'holder.py');
/** The interpreter itself: a version manager's wrapper would cost each attach a shell. */
const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

export interface HolderRow {
  readonly id: string;
  readonly on: string;
  readonly pid: number | null;
  readonly alive: boolean;
  readonly bytes: number;
}

export interface HolderProcess {
  readonly pid: number;
  /** The shells' home; its bin/ stands first on their PATH. */
  readonly home: string;
  /** The attach subcommand as the engine runs it in the container, with these arguments. */
  spawnAttach(args: readonly string[]): ChildProcessWithoutNullStreams;
  /** Where it listens. */
  readonly socket: string;
  /** What the attach subcommand does, without a process of its own: tests that attach often stay fast. */
  attach(id: string, options?: AttachOptions): HolderClient;
  list(): Promise<HolderRow[]>;
  /** stdout of the list subcommand. */
  runList(): string;
  /** Sends bytes straight to the socket and resolves with all that came back. */
  raw(bytes: Uint8Array): Promise<Buffer>;
  /** SIGTERM; resolves with how the holder ended. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface AttachOptions {
  readonly on?: string;
  readonly cols?: number;
  readonly rows?: number;
  readonly from?: number;
  /** Both or none: whose input it is, and how much of it has arrived. */
  readonly writer?: string;
  readonly typed?: number;
  /** Output below this offset is acknowledged as it comes; default all of it. */
  readonly acknowledgeUpTo?: number;
}

/** The real holder as a process of this user, with a home and a socket of its own. */
export async function startHolder(): Promise<HolderProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kubewright-holder-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, '.bash_profile'), `PATH="$HOME/bin:$PATH"\nPS1='$ '\nPROMPT_COMMAND=\nunset HISTFILE\n`);
  const socket = join(folder, 'run', 'holder.sock');
  const env = {
    PATH: process.env['PATH'],
    KUBEWRIGHT_HOLDER_SOCKET: socket,
    KUBEWRIGHT_HOLDER_USER: userInfo().username,
    KUBEWRIGHT_HOLDER_HOME: home,
    ONLY_THE_HOLDER_SEES: 'this',
  };
  const server = spawn(python, [holderFile, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    server.on('exit', (code, signal) => resolve({ code, signal }));
  });
  const { pid } = server;
  if (pid === undefined) throw new Error('python3 could not be started');

  const clients: ChildProcessWithoutNullStreams[] = [];
  const peers: Socket[] = [];
  const spawnAttach = (args: readonly string[]) => {
    const child = spawn(python, ['-I', '-S', holderFile, 'attach', ...args], { env });
    child.stdin.on('error', () => {});
    clients.push(child);
    return child;
  };
  const raw = (bytes: Uint8Array) =>
    new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const peer = connect(socket, () => peer.write(bytes));
      peer.on('data', (chunk) => chunks.push(chunk));
      peer.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
      });
      peer.on('close', () => resolve(Buffer.concat(chunks)));
    });
  const runList = () => execFileSync(python, [holderFile, 'list'], { env, encoding: 'utf8' });
  // The subcommand waits until the holder listens.
  runList();

  return {
    pid,
    home,
    socket,
    spawnAttach,
    runList,
    raw,
    list: async () =>
      JSON.parse((await raw(encodeFrame(listFrame))).subarray(frameHeaderBytes).toString()) as HolderRow[],
    attach(id, options = {}) {
      const { on = 'student', cols = 80, rows = 24, from = 0, writer, typed, acknowledgeUpTo = Infinity } = options;
      const peer = connect(socket);
      peer.write(encodeFrame(attachFrame, Buffer.from(JSON.stringify({ id, on, cols, rows, from, writer, typed }))));
      peers.push(peer);
      return createClient(peer, acknowledgeUpTo);
    },
    async stop() {
      server.kill('SIGTERM');
      const how = await exited;
      for (const child of clients) child.kill('SIGKILL');
      for (const peer of peers) peer.destroy();
      rmSync(folder, { recursive: true, force: true });
      return how;
    },
  };
}

export interface HolderClient {
  readonly frames: HolderFrame[];
  /** Offset after the last output byte that came; undefined before the hello. */
  readonly received: number | undefined;
  readonly text: string;
  readonly bytes: Buffer;
  /** The newest output, for looking at floods. */
  readonly tail: string;
  send(frame: Uint8Array): void;
  type(text: string): void;
  /** Resolves when the condition holds; it is looked at whenever something came. @throws when the connection ends before that. */
  until(condition: () => boolean): Promise<void>;
  untilText(text: string): Promise<void>;
  untilFrame<T extends HolderFrame['type']>(type: T): Promise<Extract<HolderFrame, { type: T }>>;
  /** The connection is over. */
  readonly ended: Promise<void>;
  /** As when the connection breaks: nothing is said. */
  cut(): Promise<void>;
}

function createClient(peer: Socket, acknowledgeUpTo: number): HolderClient {
  const decode = createHolderFrameDecoder();
  const frames: HolderFrame[] = [];
  const output: Uint8Array[] = [];
  const watchers = new Set<() => void>();
  let received: number | undefined;
  let over = false;
  peer.on('data', (chunk: Buffer) => {
    for (const frame of decode(chunk)) {
      if (frame.type === 'hello') received = frame.start;
      if (frame.type === 'output') {
        if (frame.offset !== received) throw new Error(`expected offset ${received}, got ${frame.offset}`);
        received = frame.offset + frame.bytes.length;
        output.push(frame.bytes);
      } else frames.push(frame);
    }
    if (received !== undefined && acknowledgeUpTo > 0) {
      peer.write(encodeAck(Math.min(received, acknowledgeUpTo)));
    }
    for (const look of watchers) look();
  });
  peer.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    peer.on('close', () => {
      over = true;
      for (const look of watchers) look();
      resolve();
    });
  });
  const client: HolderClient = {
    frames,
    ended,
    get received() {
      return received;
    },
    get bytes() {
      return Buffer.concat(output);
    },
    get text() {
      return Buffer.concat(output).toString('utf8');
    },
    get tail() {
      return Buffer.concat(output.slice(-4)).toString('latin1');
    },
    send: (frame) => void peer.write(frame),
    type: (text) => void peer.write(encodeFrame(clientFrame.input, Buffer.from(text))),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const holds = condition();
          if (!holds && !over) return;
          watchers.delete(look);
          if (holds) resolve();
          else reject(new Error(`the connection ended before; output was ${JSON.stringify(client.text.slice(-500))}`));
        };
        watchers.add(look);
        look();
      }),
    untilText: (text) => client.until(() => client.text.includes(text)),
    async untilFrame(type) {
      type Wanted = Extract<HolderFrame, { type: typeof type }>;
      const find = () => frames.find((frame): frame is Wanted => frame.type === type);
      await client.until(() => find() !== undefined);
      return find() as Wanted;
    },
    async cut() {
      peer.destroy();
      await ended;
    },
  };
  return client;
}
