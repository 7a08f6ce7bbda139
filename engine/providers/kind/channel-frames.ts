import { Buffer } from 'node:buffer';
import { createLengthPrefixSplitter, type Decoder, FrameError } from './terminal-frames.ts';

/**
 * The frames of a channel: type (1 byte), number of the command (4 bytes), length of the payload (4 bytes), payload of at
 * most 64 KiB. The same table in perl: channel-program.ts. All numbers are unsigned and big-endian.
 */
const askFrame = {
  /** Empty: is anybody there? */
  ask: 1,
  /** What encodeRun() makes. */
  run: 2,
  /** Empty: kill it, nobody waits for it any more. */
  end: 3,
} as const;

const answerTypes = {
  /** Empty, once, before all others. */
  hello: 16,
  /** Empty: the answer to ask. */
  ready: 17,
  /** Bytes. */
  stdout: 18,
  stderr: 19,
  /** u32: exit code, 128 + n when signal n ended it. All of its output came before. */
  ended: 20,
  /** UTF-8 text: why the program was never started. */
  unstarted: 21,
} as const;

const frameLimitBytes = 64 * 1024;
const headerBytes = 9;
/** A pipe takes a page at once, whoever reads and however many pipes there are. */
const inputLimitBytes = 4 * 1024;

type AnswerType = keyof typeof answerTypes;

/** What a machine says, taken apart. */
export type ChannelAnswer = { readonly number: number } & (
  | { readonly type: 'hello' | 'ready' | 'unstarted' }
  | { readonly type: 'stdout' | 'stderr'; readonly bytes: Buffer }
  | { readonly type: 'ended'; readonly code: number }
);

export interface ChannelCommand {
  readonly argv: readonly string[];
  /** NAME=value, beside what every "docker exec" has in its environment. */
  readonly env: readonly string[];
  readonly folder: string;
  /** Without it standard input is /dev/null. */
  readonly input?: string | Uint8Array | undefined;
}

export function encodeAsk(number: number): Buffer {
  return encode(askFrame.ask, number, Buffer.alloc(0));
}

export function encodeEnd(number: number): Buffer {
  return encode(askFrame.end, number, Buffer.alloc(0));
}

/** Undefined when the command does not fit into a frame, or its input not into a pipe. */
export function encodeRun(number: number, { argv, env, folder, input }: ChannelCommand): Buffer | undefined {
  const words = [input === undefined ? '' : '1', folder, String(env.length), ...env, ...argv];
  // No program can have such a word, and here it would be two.
  if (words.some((word) => word.includes('\0'))) return undefined;
  const text = Buffer.from(words.join('\0'));
  const given = Buffer.from(input ?? '');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const payload = Buffer.concat([length, text, given]);
  if (given.length > inputLimitBytes || payload.length > frameLimitBytes) return undefined;
  return encode(askFrame.run, number, payload);
}

/** What comes from a machine, where the learner is root. @throws FrameError at anything that is no answer. */
export function createAnswerDecoder(): Decoder<ChannelAnswer> {
  const split = createLengthPrefixSplitter(headerBytes, 5, frameLimitBytes);
  return (chunk) =>
    split(chunk).map(({ header, payload }) => decode(header.readUInt8(0), header.readUInt32BE(1), payload));
}

function decode(code: number, number: number, payload: Buffer): ChannelAnswer {
  const known = Object.entries(answerTypes).find(([, value]) => value === code);
  if (known === undefined) throw new FrameError(`an answer of the unknown type ${code}`);
  const type = known[0] as AnswerType;
  switch (type) {
    case 'stdout':
    case 'stderr':
      if (payload.length === 0) throw new FrameError('output of no bytes');
      return { type, number, bytes: payload };
    case 'ended':
      if (payload.length !== 4) throw new FrameError(`an end of ${payload.length} bytes`);
      return { type, number, code: payload.readUInt32BE(0) };
    case 'hello':
    case 'ready':
    case 'unstarted':
      return { type, number };
  }
}

function encode(type: number, number: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(number, 1);
  header.writeUInt32BE(payload.length, 5);
  return Buffer.concat([header, payload]);
}
