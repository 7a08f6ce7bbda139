/**
 * The page's end of a terminal's socket, without a screen: offsets, acknowledgements, silence during replay, and coming
 * back after a cut with exactly the bytes that are missing, in both directions. Knows no DOM, so that it is tested against
 * the real server.
 */
import { closeCodes, decodeTerminalEvent, encodeTerminalCommand, type TerminalCommand } from '../protocol.ts';
import { createInputStream } from './input-stream.ts';

/** Acknowledged so often, in bytes that the screen has parsed: reliability.md section 2.1. */
const acknowledgeBytes = 32 * 1024;

export type LinkState =
  | { readonly is: 'connecting'; readonly attempt: number }
  | { readonly is: 'connected' }
  | { readonly is: 'taken-over' }
  | { readonly is: 'ended'; readonly exitCode: number | undefined }
  | { readonly is: 'refused'; readonly message: string; readonly remedy: string };

export interface Screen {
  readonly cols: number;
  readonly rows: number;
  /** Calls back when the bytes have been parsed. */
  write(bytes: Uint8Array, parsed: () => void): void;
  /** Clears everything: what comes next is not the continuation of what was shown. */
  restart(lostBytes: number): void;
}

/** What is used of a WebSocket; the browser's and the one of ws both are. */
export interface LinkSocket {
  binaryType: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface TerminalLink {
  /** What the user typed: always goes out, and waits while there is no connection. False when so much waits that it was not taken. */
  type(text: string): boolean;
  /** What the screen answers to queries in the output: dropped while history is replayed, or it would be typed into the shell. */
  answer(data: string | Uint8Array): void;
  resize(): void;
  /** After an end or a take-over, or to be quicker than the next try. */
  connect(): void;
  close(): void;
}

export function createTerminalLink(options: {
  /** /ws/terminal/:id/:machine/:tab */
  readonly path: string;
  readonly screen: Screen;
  readonly openSocket: (path: string) => LinkSocket;
  readonly retryAfterMs: (attempt: number) => number;
  readonly onState: (state: LinkState) => void;
}): TerminalLink {
  const { path, screen, openSocket, retryAfterMs, onState } = options;
  let socket: LinkSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  /** Offset of the next byte wanted; of the next byte the screen will have parsed; up to which it is history. */
  let wanted = 0;
  let parsed = 0;
  let live = 0;
  let acknowledged = 0;
  /** Bytes from before a restart that the screen still parses say nothing about the new ones. */
  let generation = 0;
  /** Writes that the screen still parses, and those of them from before a restart. */
  let unparsed = 0;
  let stale = 0;
  let isFirst = true;
  /** Since the hello of this connection it is known from where input goes on. */
  let isGreeted = false;
  let typing = createInputStream();
  let isOver = false;

  const send = (command: TerminalCommand) => {
    if (socket?.readyState !== 1) return false;
    socket.send(encodeTerminalCommand(command));
    return true;
  };

  const acknowledge = (isLast: boolean) => {
    if (parsed - acknowledged < acknowledgeBytes && !(isLast && parsed > acknowledged)) return;
    if (send({ type: 'ack', offset: parsed })) acknowledged = parsed;
  };

  const write = (bytes: Uint8Array) => {
    const mine = generation;
    unparsed += 1;
    screen.write(bytes, () => {
      unparsed -= 1;
      if (mine !== generation) {
        stale -= 1;
        return;
      }
      parsed += bytes.length;
      acknowledge(parsed === wanted);
    });
  };

  const begin = (offset: number) => {
    generation += 1;
    stale = unparsed;
    wanted = offset;
    parsed = offset;
  };

  const receive = (data: unknown) => {
    const event = decodeTerminalEvent(new Uint8Array(data as ArrayBuffer));
    switch (event?.type) {
      case 'hello': {
        // A holder that has never written what was shown here holds another shell: what was meant for the old one is not for it.
        if (event.live < wanted) typing.giveUp(event.typed);
        if (event.start !== wanted) {
          // The ring no longer had the bytes in between (or this is another shell): say so, never join what does not fit.
          if (!isFirst) screen.restart(Math.max(0, event.start - wanted));
          begin(event.start);
        }
        isFirst = false;
        live = event.live;
        acknowledged = event.start;
        attempts = 0;
        isGreeted = true;
        onState({ is: 'connected' });
        // The screen may have got another size since the socket was asked for.
        send({ type: 'resize', cols: screen.cols, rows: screen.rows });
        for (const chunk of typing.rest(event.typed)) send({ type: 'input', ...chunk });
        return;
      }
      case 'output': {
        // Only what is new: a byte is shown once, whatever is sent twice.
        const bytes = event.bytes.subarray(Math.max(0, wanted - event.offset));
        if (bytes.length === 0) return;
        const history = Math.max(0, Math.min(bytes.length, live - wanted));
        wanted += bytes.length;
        if (history > 0) write(bytes.subarray(0, history));
        if (history < bytes.length) write(bytes.subarray(history));
        return;
      }
      case 'end':
        if (event.exitCode === undefined) return;
        isOver = true;
        return onState({ is: 'ended', exitCode: event.exitCode });
      case 'typed':
        return typing.arrived(event.offset);
      case 'refused':
        isOver = true;
        return onState({ is: 'refused', message: event.message, remedy: event.remedy });
      case undefined:
        return;
    }
  };

  const connect = () => {
    clearTimeout(retry);
    if (socket !== undefined && socket.readyState < 2) return;
    if (isOver) {
      // The shell is another one now.
      isOver = false;
      isFirst = true;
      begin(0);
      typing = createInputStream();
      screen.restart(0);
    }
    onState({ is: 'connecting', attempt: attempts });
    const { writer, typed } = typing;
    const mine = openSocket(
      `${path}?from=${wanted}&cols=${screen.cols}&rows=${screen.rows}&writer=${writer}&typed=${typed}`,
    );
    socket = mine;
    isGreeted = false;
    mine.binaryType = 'arraybuffer';
    mine.onmessage = (event) => receive(event.data);
    mine.onclose = (event) => {
      if (socket !== mine) return;
      socket = undefined;
      if (isOver) return;
      if (event.code === closeCodes.takenOver) return onState({ is: 'taken-over' });
      attempts += 1;
      onState({ is: 'connecting', attempt: attempts });
      retry = setTimeout(connect, retryAfterMs(attempts));
    };
  };

  const input = (data: string | Uint8Array): boolean => {
    const chunks = typing.add(typeof data === 'string' ? new TextEncoder().encode(data) : data);
    // Before the hello nothing goes out: only then it is known from where.
    if (isGreeted) for (const chunk of chunks ?? []) send({ type: 'input', ...chunk });
    return chunks !== undefined;
  };

  return {
    type: input,
    answer(data) {
      if (stale === 0 && parsed >= live) input(data);
    },
    resize: () => void send({ type: 'resize', cols: screen.cols, rows: screen.rows }),
    connect,
    close() {
      clearTimeout(retry);
      const last = socket;
      socket = undefined;
      last?.close();
    },
  };
}
