/** Input that the shell is not known to have, beyond which no more is taken: the largest paste twice. */
const limitBytes = 2 * 1024 * 1024;
/** Far below the server's limit of 64 KiB a message. */
const chunkBytes = 4096;

export interface InputChunk {
  /** Of the first byte, from 0 over all connections of the stream. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * What is typed into one shell, numbered, and kept until the shell is known to have it: after a cut exactly the rest is
 * sent again. A shell that has ended takes its stream with it.
 */
export interface InputStream {
  /** Names the stream to the holder of the shell. */
  readonly writer: string;
  /** Everything below this offset is known to have arrived. */
  readonly typed: number;
  /** The chunks to send; undefined when so much is waiting that nothing was taken. */
  add(bytes: Uint8Array): readonly InputChunk[] | undefined;
  /** Everything below this offset has arrived. */
  arrived(offset: number): void;
  /** The chunks to send again when everything below this offset has arrived. */
  rest(offset: number): readonly InputChunk[];
  /** Gives up what has not arrived: it was meant for a shell that is no more. Goes on at this offset. */
  giveUp(offset: number): void;
}

export function createInputStream(): InputStream {
  const writer = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  let kept: InputChunk[] = [];
  let typed = 0;
  let end = 0;

  const arrived = (offset: number) => {
    typed = Math.max(typed, Math.min(offset, end));
    kept = kept.flatMap((chunk) => {
      const from = typed - chunk.offset;
      if (from <= 0) return [chunk];
      return from >= chunk.bytes.length ? [] : [{ offset: typed, bytes: chunk.bytes.subarray(from) }];
    });
  };

  return {
    writer,
    get typed() {
      return typed;
    },
    add(bytes) {
      if (end - typed + bytes.length > limitBytes) return undefined;
      const chunks: InputChunk[] = [];
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        chunks.push({ offset: end + at, bytes: bytes.slice(at, at + chunkBytes) });
      }
      end += bytes.length;
      kept.push(...chunks);
      return chunks;
    },
    arrived,
    rest(offset) {
      arrived(offset);
      return kept;
    },
    giveUp(offset) {
      kept = [];
      typed = offset;
      end = offset;
    },
  };
}
