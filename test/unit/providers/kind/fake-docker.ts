import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';

/** Answers the engine's calls that start a program in a container, with streams of the test's making. */
export class FakeDocker {
  readonly asked: ({ container: string } & Record<string, unknown>)[] = [];
  readonly streams: Duplex[] = [];
  readonly #start: (argv: readonly string[]) => Duplex;

  constructor(start: (argv: readonly string[]) => Duplex) {
    this.#start = start;
  }

  asDocker(): Docker {
    const getContainer = (id: string) => ({
      exec: async (options: { Cmd: string[] }) => {
        this.asked.push({ container: id, ...options });
        return {
          start: async () => {
            const stream = this.#start(options.Cmd);
            this.streams.push(stream);
            return stream;
          },
        };
      },
    });
    return { getContainer } as unknown as Docker;
  }
}

/** A stream whose other end is the test. */
export class FakeStream extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }
}

/**
 * A process of this machine in place of one in a container, multiplexed as the Docker engine does it.
 * @param cut what the end of the connection does to the process
 */
export function processStream(child: ChildProcessWithoutNullStreams, cut: () => void): Duplex {
  const stream = new Duplex({
    read() {
      child.stdout.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      child.stdin.write(chunk, () => done());
    },
    final(done) {
      child.stdin.end(done);
    },
    destroy(error, done) {
      cut();
      done(error);
    },
  });
  // Written to a process that has just ended.
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(dockerMessage(1, chunk))) child.stdout.pause();
  });
  child.stderr.on('data', (chunk: Buffer) => void stream.push(dockerMessage(2, chunk)));
  child.on('close', () => void stream.push(null));
  return stream;
}

export function dockerMessage(kind: 1 | 2, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
