import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { KubewrightError } from '../../domain/errors.ts';
import type { Clock } from '../../system/clock.ts';
import type { Terminal, TerminalRequest } from '../provider.ts';
import {
  clientFrame,
  createDockerStreamDecoder,
  createHolderFrameDecoder,
  encodeAck,
  encodeFrame,
  encodeResize,
  type HolderFrame,
} from './terminal-frames.ts';

export interface HeldTerminalDeps {
  readonly docker: Docker;
  /** Id of the student host's container. */
  readonly container: string;
  readonly clock: Clock;
}

const holderPath = '/usr/local/lib/kubewright/holder.py';
/** From the request to the holder's hello, the start of python in the container included. */
const helloWithinMs = 10_000;
const inputFrameBytes = 4 * 1024;
/** Input under way that the holder has not reported as consumed; the holder's INPUT_CREDIT. */
const inputCreditBytes = 64 * 1024;
/** Input waiting here for a program that does not read. Beyond it the connection ends: nothing is dropped in silence. */
const inputLimitBytes = 4 * 1024 * 1024;
const ackEveryBytes = 32 * 1024;
const keptStderrBytes = 2 * 1024;

const sizeLimits = { cols: { least: 2, most: 500 }, rows: { least: 2, most: 200 } } as const;

/** What a connection tells whoever listens: the holder's frames, then once how it ended. */
interface FrameListener {
  onFrame(frame: HolderFrame): void;
  onClose(reason: string): void;
}

interface FrameConnection {
  send(frame: Buffer): void;
  /** No more frames out; the other side ends the rest. */
  finish(): void;
  destroy(): void;
  listen(listener: FrameListener): void;
}

/**
 * Attaches to the shell of that id in the student host, or starts it.
 * @throws KubewrightError TERMINAL_GONE when the container, its holder or its shell can't be reached within 10 s, or the holder
 * refuses; ENGINE_UNREACHABLE when the Docker engine does not answer.
 */
export async function openHeldTerminal(deps: HeldTerminalDeps, request: TerminalRequest): Promise<Terminal> {
  const late = new AbortController();
  const arrived = new AbortController();
  const opening = attach(deps, request, late.signal);
  const deadline = deps.clock.sleep(helloWithinMs, arrived.signal).then(() => {
    const error = new KubewrightError('TERMINAL_GONE', `terminal ${request.id} did not answer in ${helloWithinMs} ms`);
    late.abort(error);
    throw error;
  });
  try {
    return await Promise.race([opening, deadline]);
  } finally {
    arrived.abort(new Error('the terminal arrived'));
    // Whichever of the two lost the race ends later, and nobody waits for it any more.
    deadline.catch(() => {});
    opening.catch(() => {});
  }
}

async function attach(deps: HeldTerminalDeps, request: TerminalRequest, late: AbortSignal): Promise<Terminal> {
  const stream = await startAttach(deps, request).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    if (!hasStatus(error)) throw new KubewrightError('ENGINE_UNREACHABLE', reason, { cause: error });
    throw gone(request, reason, error);
  });
  if (late.aborted) {
    stream.destroy();
    throw late.reason;
  }
  const connection = createFrameConnection(stream);
  return await new Promise<Terminal>((resolve, reject) => {
    const fail = (error: Error) => {
      // In this order: the listener's onClose would give a lesser reason.
      reject(error);
      connection.destroy();
    };
    const onLate = () => fail(late.reason as Error);
    late.addEventListener('abort', onLate, { once: true });
    connection.listen({
      onFrame(frame) {
        late.removeEventListener('abort', onLate);
        if (frame.type === 'hello') resolve(createHeldTerminal(connection, frame));
        else fail(gone(request, frame.type === 'error' ? frame.message : `the first frame was "${frame.type}"`));
      },
      onClose(reason) {
        late.removeEventListener('abort', onLate);
        reject(gone(request, reason));
      },
    });
  });
}

/** Whether the Docker engine answered (dockerode's errors then carry the HTTP status). */
function hasStatus(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error;
}

function gone(request: TerminalRequest, reason: string, cause?: unknown): KubewrightError {
  return new KubewrightError('TERMINAL_GONE', `terminal ${request.id} on ${request.on}: ${reason}`, { cause });
}

/** Root in the container, because the holder's socket is root's: the learner can't reach it. */
async function startAttach(deps: HeldTerminalDeps, request: TerminalRequest): Promise<Duplex> {
  const { id, on, fromOffset, writer } = request;
  const size = [clamp(request.cols, sizeLimits.cols), clamp(request.rows, sizeLimits.rows)];
  const exec = await deps.docker.getContainer(deps.container).exec({
    // -I -S: neither the learner's environment nor packages of theirs get into a process of root.
    Cmd: [
      'python3',
      '-I',
      '-S',
      holderPath,
      'attach',
      id,
      on,
      ...size.map(String),
      String(fromOffset),
      ...writerWords(writer),
    ],
    User: '0',
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  });
  return await exec.start({ hijack: true, stdin: true, Detach: false, Tty: false });
}

function writerWords(writer: TerminalRequest['writer']): string[] {
  return writer === undefined ? [] : [writer.id, String(writer.typed)];
}

/** The engine's stream as frames. A stream that breaks its format is ended like one that was cut. */
function createFrameConnection(stream: Duplex): FrameConnection {
  const demultiplex = createDockerStreamDecoder();
  const decode = createHolderFrameDecoder();
  const early: HolderFrame[] = [];
  let listener: FrameListener | undefined;
  let closed: string | undefined;
  let stderr = '';

  const close = (reason: string) => {
    if (closed !== undefined) return;
    closed = stderr === '' ? reason : `${reason}: ${stderr.trim()}`;
    stream.destroy();
    listener?.onClose(closed);
  };
  const receive = (frame: HolderFrame) => {
    if (listener === undefined) early.push(frame);
    else listener.onFrame(frame);
  };
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const { stream: source, bytes } of demultiplex(chunk)) {
        if (source === 'stderr') stderr = (stderr + bytes.toString('utf8')).slice(-keptStderrBytes);
        else for (const frame of decode(bytes)) receive(frame);
      }
    } catch (error) {
      close(error instanceof Error ? error.message : String(error));
    }
  });
  stream.on('end', () => close('the connection ended'));
  stream.on('close', () => close('the connection was closed'));
  stream.on('error', (error: Error) => close(error.message));

  return {
    send(frame) {
      if (closed === undefined && stream.writable) stream.write(frame);
    },
    finish() {
      if (closed === undefined) stream.end();
    },
    destroy() {
      close('closed here');
    },
    listen(next) {
      listener = next;
      // A listener may hand over to another one at any frame.
      for (let frame = early.shift(); frame !== undefined; frame = early.shift()) listener.onFrame(frame);
      if (closed !== undefined) listener.onClose(closed);
    },
  };
}

function createHeldTerminal(
  connection: FrameConnection,
  { start, live, typed }: Extract<HolderFrame, { type: 'hello' }>,
): Terminal {
  const output = createOutputSide(connection, start);
  const input = createInputSide(connection);
  let ended: { exitCode: number | undefined; taken: boolean } | undefined;
  let onEnd: ((exitCode: number | undefined, taken?: boolean) => void) | undefined;
  let onTyped: ((offset: number) => void) | undefined;
  let closed = false;

  const announceEnd = () => {
    // What the shell printed comes before its end, also for a listener that came late.
    if (ended === undefined || onEnd === undefined || closed || output.isWaiting()) return;
    const listener = onEnd;
    onEnd = undefined;
    listener(ended.exitCode, ended.taken);
  };
  const end = (exitCode: number | undefined, taken = false) => {
    if (ended !== undefined) return;
    ended = { exitCode, taken };
    connection.destroy();
    announceEnd();
  };

  connection.listen({
    onFrame(frame) {
      if (closed || ended !== undefined) return;
      switch (frame.type) {
        case 'output':
          // Anything but the next byte would be a silent loss or a doubling.
          if (frame.offset === output.received()) output.receive(frame.bytes);
          else end(undefined);
          return;
        case 'consumed':
          input.consumed(frame.bytes);
          onTyped?.(typed + frame.bytes);
          return;
        case 'exit':
          end(frame.code);
          return;
        case 'taken':
          end(undefined, true);
          return;
        case 'error':
        case 'hello':
          end(undefined);
      }
    },
    onClose() {
      end(undefined);
    },
  });

  return {
    start,
    live,
    typed,
    onTyped(listener) {
      onTyped = listener;
    },
    onOutput(listener) {
      output.deliverTo((offset, bytes) => {
        if (!closed) listener(offset, bytes);
      });
      announceEnd();
    },
    onEnd(listener) {
      onEnd = listener;
      announceEnd();
    },
    write(bytes) {
      if (closed || ended !== undefined) return;
      if (!input.write(bytes)) end(undefined);
    },
    resize(cols, rows) {
      if (closed) return;
      connection.send(encodeResize(clamp(cols, sizeLimits.cols), clamp(rows, sizeLimits.rows)));
    },
    acknowledge(offset) {
      if (!closed) output.acknowledge(offset);
    },
    close() {
      if (closed) return;
      closed = true;
      input.flush();
      connection.send(encodeFrame(clientFrame.detach));
      connection.finish();
    },
  };
}

/** Output is kept until somebody listens; the holder's window of unacknowledged bytes (256 KiB) bounds it. */
function createOutputSide(connection: FrameConnection, start: number) {
  const waiting: { offset: number; bytes: Uint8Array }[] = [];
  let deliver: ((offset: number, bytes: Uint8Array) => void) | undefined;
  let received = start;
  let delivered = start;
  let acknowledged = start;

  return {
    received: () => received,
    isWaiting: () => waiting.length > 0,
    receive(bytes: Uint8Array) {
      const offset = received;
      received += bytes.length;
      if (deliver === undefined) {
        waiting.push({ offset, bytes });
        return;
      }
      delivered = received;
      deliver(offset, bytes);
    },
    deliverTo(listener: (offset: number, bytes: Uint8Array) => void) {
      deliver = listener;
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
        delivered = chunk.offset + chunk.bytes.length;
        listener(chunk.offset, chunk.bytes);
      }
    },
    /** Told on at most each 32 KiB, or when nothing more is on its way to the screen. */
    acknowledge(offset: number) {
      const shown = Math.min(offset, delivered);
      if (shown <= acknowledged) return;
      if (shown - acknowledged < ackEveryBytes && shown < received) return;
      acknowledged = shown;
      connection.send(encodeAck(shown));
    },
  };
}

/** Input in order, in small frames, and never more under way than the holder has credit for. */
function createInputSide(connection: FrameConnection) {
  const queue: Buffer[] = [];
  let queued = 0;
  let sent = 0;
  let consumed = 0;

  const sendNext = () => {
    const frame = queue.shift();
    if (frame === undefined) return false;
    queued -= frame.length;
    sent += frame.length;
    connection.send(encodeFrame(clientFrame.input, frame));
    return true;
  };
  const sendWithinCredit = () => {
    while ((queue[0]?.length ?? Infinity) <= inputCreditBytes - (sent - consumed) && sendNext());
  };

  return {
    /** False when too much is waiting; then nothing was taken. */
    write(bytes: Uint8Array): boolean {
      if (queued + bytes.length > inputLimitBytes) return false;
      const copy = Buffer.from(bytes);
      for (let at = 0; at < copy.length; at += inputFrameBytes) queue.push(copy.subarray(at, at + inputFrameBytes));
      queued += copy.length;
      sendWithinCredit();
      return true;
    },
    consumed(total: number) {
      consumed = total;
      sendWithinCredit();
    },
    /** Before a detach: the holder then reads the rest from its socket as fast as the program does. */
    flush() {
      while (sendNext());
    },
  };
}

function clamp(value: number, limits: { least: number; most: number }): number {
  return Math.max(limits.least, Math.min(limits.most, Math.trunc(value) || limits.least));
}
