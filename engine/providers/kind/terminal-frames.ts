import { Buffer } from 'node:buffer';

/**
 * The frames between the engine and the pty holder in the student host: type (1 byte), length of the payload (4 bytes),
 * payload of at most 64 KiB. The same table in Python, and what the frames are for: clusters/student-host/holder.py.
 * ATTACH (1) and LIST (6) are sent only by the holder's own subcommands. All numbers are unsigned and big-endian.
 */
export const clientFrame = {
  /** Bytes for the pty. */
  input: 2,
  /** u16 columns, u16 rows. */
  resize: 3,
  /** u64: everything below this offset has been shown. */
  ack: 4,
  /** Empty. */
  detach: 5,
} as const;

export const holderFrame = {
  /** u64 start, u64 live, u64 typed. */
  hello: 16,
  /** u64 offset of the first byte, bytes. */
  output: 17,
  /** u64: how many bytes of this connection's input reached the pty. */
  consumed: 18,
  /** u32: exit code of the shell, 128 + n when signal n ended it. */
  exit: 19,
  /** Empty: another client attached to this terminal. */
  taken: 20,
  /** UTF-8 text; the connection ends. */
  error: 21,
} as const;

export const frameLimitBytes = 64 * 1024;
const headerBytes = 5;

/** A frame of the holder, taken apart. */
export type HolderFrame =
  | { readonly type: 'hello'; readonly start: number; readonly live: number; readonly typed: number }
  | { readonly type: 'output'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'consumed'; readonly bytes: number }
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'taken' }
  | { readonly type: 'error'; readonly message: string };

/** A stream that does not keep to its format. Never the learner's doing: the connection is ended. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}

/** One frame as bytes. @throws FrameError when the payload is longer than a frame may be. */
export function encodeFrame(type: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  if (payload.length > frameLimitBytes) throw new FrameError(`a frame of ${payload.length} bytes`);
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame.writeUInt8(type, 0);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, headerBytes);
  return frame;
}

export function encodeResize(cols: number, rows: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16BE(cols, 0);
  payload.writeUInt16BE(rows, 2);
  return encodeFrame(clientFrame.resize, payload);
}

export function encodeAck(offset: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64BE(BigInt(offset));
  return encodeFrame(clientFrame.ack, payload);
}

/** Takes a chunk of a stream and returns the messages that are complete with it; keeps the rest for the next chunk. */
export type Decoder<T> = (chunk: Uint8Array) => T[];

/** Frames of the holder. @throws FrameError at an unknown type, a wrong length or a frame over the limit. */
export function createHolderFrameDecoder(): Decoder<HolderFrame> {
  const split = createLengthPrefixSplitter(headerBytes, 1, frameLimitBytes);
  return (chunk) => split(chunk).map(({ header, payload }) => decodeHolderFrame(header.readUInt8(0), payload));
}

/**
 * The engine's multiplexed stream of a process without a tty: 1 byte stream (1 stdout, 2 stderr), 3 zero bytes,
 * 4 bytes length, payload (Docker Engine API, "Attach to a container", stream format).
 * @throws FrameError at anything else, for instance the raw stream of a process with a tty.
 */
export function createDockerStreamDecoder(): Decoder<{ stream: 'stdout' | 'stderr'; bytes: Buffer }> {
  // The API names no limit; the engine copies in pieces of 32 KiB. The limit keeps a misread length from growing memory.
  const split = createLengthPrefixSplitter(8, 4, 16 * 1024 * 1024);
  return (chunk) =>
    split(chunk).map(({ header, payload }) => {
      const stream = header.readUInt32BE(0);
      if (stream === 0x01000000) return { stream: 'stdout', bytes: payload };
      if (stream === 0x02000000) return { stream: 'stderr', bytes: payload };
      throw new FrameError(`the engine's stream has the header ${header.toString('hex')}`);
    });
}

function decodeHolderFrame(type: number, payload: Buffer): HolderFrame {
  switch (type) {
    case holderFrame.hello:
      insistOnLength('hello', payload, payload.length === 24);
      return {
        type: 'hello',
        start: readOffset(payload, 0),
        live: readOffset(payload, 8),
        typed: readOffset(payload, 16),
      };
    case holderFrame.output:
      insistOnLength('output', payload, payload.length > 8);
      return { type: 'output', offset: readOffset(payload, 0), bytes: payload.subarray(8) };
    case holderFrame.consumed:
      insistOnLength('consumed', payload, payload.length === 8);
      return { type: 'consumed', bytes: readOffset(payload, 0) };
    case holderFrame.exit:
      insistOnLength('exit', payload, payload.length === 4);
      return { type: 'exit', code: payload.readUInt32BE(0) };
    case holderFrame.taken:
      insistOnLength('taken', payload, payload.length === 0);
      return { type: 'taken' };
    case holderFrame.error:
      return { type: 'error', message: payload.toString('utf8') };
    default:
      throw new FrameError(`a frame of the unknown type ${type}`);
  }
}

function insistOnLength(name: string, payload: Buffer, fits: boolean): void {
  if (!fits) throw new FrameError(`a frame "${name}" of ${payload.length} bytes`);
}

function readOffset(payload: Buffer, at: number): number {
  const offset = Number(payload.readBigUInt64BE(at));
  if (!Number.isSafeInteger(offset)) throw new FrameError(`the offset ${offset} is too large`);
  return offset;
}

/**
 * Splits a stream of header + payload, where the header holds the payload's length as a u32 at `lengthAt`.
 * @throws FrameError at a payload over the limit
 */
export function createLengthPrefixSplitter(
  header: number,
  lengthAt: number,
  limit: number,
): Decoder<{ header: Buffer; payload: Buffer }> {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = header;
  return (chunk) => {
    // Not copied, and payloads are parts of it: a stream of Node's hands its chunks over and never writes into one again.
    // Under a flood each copy is memory that waits for the collector.
    parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    held += chunk.length;
    const messages: { header: Buffer; payload: Buffer }[] = [];
    if (held < needed) return messages;
    let rest = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, held);
    for (;;) {
      needed = header;
      if (rest.length < needed) break;
      const length = rest.readUInt32BE(lengthAt);
      if (length > limit) throw new FrameError(`a frame of ${length} bytes`);
      needed = header + length;
      if (rest.length < needed) break;
      messages.push({ header: rest.subarray(0, header), payload: rest.subarray(header, needed) });
      rest = rest.subarray(needed);
    }
    parts = [rest];
    held = rest.length;
    return messages;
  };
}
