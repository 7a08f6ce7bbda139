import { Buffer } from 'node:buffer';

/** One stream of a program's output, up to a limit. */
export interface KeptOutput {
  /** False when it was more than may be kept; what fitted is kept. */
  take(bytes: Uint8Array): boolean;
  /** As UTF-8; what is none is replaced. */
  text(): string;
}

const firstBytes = 1024;

/** Copies, into one buffer that grows: many small pieces would take many times their size, and pin what they are part of. */
export function keepOutput(limitBytes: number): KeptOutput {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    take(bytes) {
      const fitting = bytes.subarray(0, limitBytes - length);
      const needed = length + fitting.length;
      if (needed > buffer.length) {
        const larger = Buffer.alloc(Math.min(limitBytes, Math.max(firstBytes, needed, 2 * buffer.length)));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(fitting, length);
      length = needed;
      return fitting.length === bytes.length;
    },
    text: () => new TextDecoder().decode(buffer.subarray(0, length)),
  };
}
