import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { openHeldTerminal } from '../../../engine/providers/kind/terminal.ts';
import { encodeFrame } from '../../../engine/providers/kind/terminal-frames.ts';
import type { Terminal, TerminalRequest } from '../../../engine/providers/provider.ts';
import { systemClock } from '../../../engine/system/clock.ts';

/** ATTACH of the holder's table, which only its own subcommand sends. */
const attachFrame = 1;

/**
 * Terminals of the real holder as the engine opens them, with a stand-in for Docker's exec: it does what the attach
 * subcommand does, on the holder's socket itself, and frames the answer as the engine does.
 */
export function createHeldShells(socketPath: string) {
  const ways = new Set<Socket>();
  const exec = async ({ Cmd }: { Cmd: string[] }) => ({
    start: async () => {
      const way = connect(socketPath);
      ways.add(way);
      way.on('close', () => ways.delete(way));
      const [id, on, cols, rows, from, writer, typed] = Cmd.slice(Cmd.indexOf('attach') + 1);
      const numbers = { cols: Number(cols), rows: Number(rows), from: Number(from) };
      const named = writer === undefined ? {} : { writer, typed: Number(typed) };
      way.write(encodeFrame(attachFrame, Buffer.from(JSON.stringify({ id, on, ...numbers, ...named }))));
      return asExecStream(way);
    },
  });
  const docker = { getContainer: () => ({ exec }) } as unknown as Docker;
  return {
    open: (request: TerminalRequest): Promise<Terminal> =>
      openHeldTerminal({ docker, container: 'student', clock: systemClock }, request),
    /** Breaks every way to the holder, as when the Docker engine restarts. */
    breakAll() {
      for (const way of ways) way.destroy();
    },
  };
}

/** The holder's frames in the engine's stream format: 1 for stdout, three zero bytes, length. */
function asExecStream(way: Socket): Duplex {
  const stream = new Duplex({
    read() {
      way.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      way.write(chunk, () => done());
    },
    final(done) {
      way.end(done);
    },
    destroy(error, done) {
      way.destroy();
      done(error);
    },
  });
  way.on('data', (chunk: Buffer) => {
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(chunk.length, 4);
    stream.push(header);
    if (!stream.push(chunk)) way.pause();
  });
  way.on('end', () => stream.push(null));
  way.on('error', () => stream.destroy());
  way.on('close', () => stream.destroy());
  return stream;
}
