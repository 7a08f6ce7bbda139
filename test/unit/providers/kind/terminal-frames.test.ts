import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDockerStreamDecoder,
  createHolderFrameDecoder,
  encodeAck,
  encodeFrame,
  encodeResize,
  FrameError,
  frameLimitBytes,
  type HolderFrame,
  holderFrame,
} from '../../../../engine/providers/kind/terminal-frames.ts';

const offsets = fc.maxSafeNat();
const anyFrame: fc.Arbitrary<HolderFrame> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), start: offsets, live: offsets, typed: offsets }),
  fc.record({
    type: fc.constant('output' as const),
    offset: offsets,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ type: fc.constant('consumed' as const), bytes: offsets }),
  fc.record({ type: fc.constant('exit' as const), code: fc.integer({ min: 0, max: 255 }) }),
  fc.constant({ type: 'taken' as const }),
  fc.record({ type: fc.constant('error' as const), message: fc.string({ unit: 'grapheme' }) }),
);

describe('the frames of the holder', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyFrame), fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (frames, sizes) => {
        const stream = Buffer.concat(frames.map(encodeAsHolder));
        const decode = createHolderFrameDecoder();
        expect(cut(stream, sizes).flatMap(decode)).toEqual(frames);
      }),
    );
  });

  it('of any bytes at all are decoded or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const decode = createHolderFrameDecoder();
        expect(outcome(() => chunks.flatMap((chunk) => decode(chunk)))).toBeOneOf(['frames', 'refused']);
      }),
    );
  });

  it.each([
    ['an unknown type', encodeFrame(99), /unknown type 99/],
    ['a frame that only a client sends', encodeFrame(2, Buffer.from('x')), /unknown type 2/],
    ['a short hello', encodeFrame(holderFrame.hello, Buffer.alloc(16)), /"hello" of 16/],
    ['output without a byte', encodeFrame(holderFrame.output, Buffer.alloc(8)), /"output" of 8/],
    ['a long exit', encodeFrame(holderFrame.exit, Buffer.alloc(5)), /"exit" of 5/],
    ['taken with a payload', encodeFrame(holderFrame.taken, Buffer.alloc(1)), /"taken" of 1/],
    ['an offset beyond 2^53', encodeFrame(holderFrame.consumed, Buffer.alloc(8, 0xff)), /too large/],
    ['a length over the limit, before its payload came', Buffer.from([17, 0, 1, 0, 1]), /65537 bytes/],
  ])('%s is refused', (_name, bytes, message) => {
    expect(() => createHolderFrameDecoder()(bytes)).toThrow(message);
  });
});

describe('the frames of the engine', () => {
  it('are type, length and payload', () => {
    expect(encodeResize(80, 24)).toEqual(Buffer.from([3, 0, 0, 0, 4, 0, 80, 0, 24]));
    expect(encodeAck(2 ** 40 + 5)).toEqual(Buffer.from([4, 0, 0, 0, 8, 0, 0, 1, 0, 0, 0, 0, 5]));
    expect(encodeFrame(5)).toEqual(Buffer.from([5, 0, 0, 0, 0]));
  });

  it('over the limit are not made', () => {
    expect(() => encodeFrame(2, Buffer.alloc(frameLimitBytes + 1))).toThrow(FrameError);
    expect(encodeFrame(2, Buffer.alloc(frameLimitBytes))).toHaveLength(frameLimitBytes + 5);
  });
});

describe("the Docker engine's stream", () => {
  it('is taken apart into stdout and stderr, however it is cut', () => {
    const message = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      bytes: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(message), fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (messages, sizes) => {
        const stream = Buffer.concat(
          messages.flatMap(({ stream, bytes }) => {
            const header = Buffer.alloc(8);
            header.writeUInt8(stream === 'stdout' ? 1 : 2, 0);
            header.writeUInt32BE(bytes.length, 4);
            return [header, bytes];
          }),
        );
        expect(cut(stream, sizes).flatMap(createDockerStreamDecoder())).toEqual(messages);
      }),
    );
  });

  it('of a process with a tty, which has no headers, is refused', () => {
    expect(() => createDockerStreamDecoder()(Buffer.from('root@student:~# '))).toThrow(FrameError);
  });
});

function encodeAsHolder(frame: HolderFrame): Buffer {
  switch (frame.type) {
    case 'hello':
      return encodeFrame(holderFrame.hello, Buffer.concat([u64(frame.start), u64(frame.live), u64(frame.typed)]));
    case 'output':
      return encodeFrame(holderFrame.output, Buffer.concat([u64(frame.offset), frame.bytes]));
    case 'consumed':
      return encodeFrame(holderFrame.consumed, u64(frame.bytes));
    case 'exit':
      return encodeFrame(holderFrame.exit, Buffer.from([0, 0, 0, frame.code]));
    case 'taken':
      return encodeFrame(holderFrame.taken);
    case 'error':
      return encodeFrame(holderFrame.error, Buffer.from(frame.message));
  }
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function cut(stream: Buffer, sizes: Iterator<number>): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const size = Number(sizes.next().value);
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function outcome(decode: () => HolderFrame[]): string {
  try {
    return decode().every((frame) => typeof frame.type === 'string') ? 'frames' : 'something else';
  } catch (error) {
    return error instanceof FrameError ? 'refused' : String(error);
  }
}
