import type { RawData, WebSocket } from 'ws';
import type { Engine } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { closeCodes, decodeTerminalCommand, encodeTerminalEvent } from '../protocol.ts';
import { explain } from './refusals.ts';
import type { SocketTarget } from './routes.ts';

/** Above this the page is not told to the holder as having read on, so that the holder pauses the shell. */
const maxWaitingBytes = 1024 * 1024;
/** Output without an acknowledgement that is more than a page leaves open between two of them (it acknowledges every 32 KiB). */
const stallBytes = 128 * 1024;

type TerminalTarget = Extract<SocketTarget, { socket: 'terminal' }>;

/**
 * Joins a page to a shell. Closing the socket detaches; nothing here ends a shell. One page at a time has a terminal: a
 * second one takes it over, since two sizes and two streams of acknowledgements can't both be right.
 */
export function createTerminalSockets(options: { engine: Engine; log: Log }): {
  /** Returns what to do with every ping. */
  serve(ws: WebSocket, target: TerminalTarget): () => void;
} {
  const { engine, log } = options;
  const holders = new Map<string, { takeOver(): void }>();

  return {
    serve(ws, target) {
      const key = `${target.session}/${target.machine}/${target.tab}`;
      holders.get(key)?.takeOver();

      let detach = () => {};
      const mine = {
        takeOver() {
          detach();
          ws.close(closeCodes.takenOver, 'opened in another window');
        },
      };
      holders.set(key, mine);
      ws.on('close', () => {
        detach();
        if (holders.get(key) === mine) holders.delete(key);
      });

      let tick = () => {};
      // What the page sends meanwhile waits in the socket.
      ws.pause();
      attach(engine, ws, target)
        .then((attached) => {
          detach = () => {
            detach = () => {};
            attached.detach();
          };
          tick = attached.tick;
          if (ws.readyState !== ws.OPEN) detach();
        })
        .catch((error: unknown) => {
          log.warn({ ...target, error: String(error) }, 'a terminal could not be opened');
          if (ws.readyState !== ws.OPEN) return;
          ws.send(encodeTerminalEvent({ type: 'refused', ...explain(error) }));
          ws.close(closeCodes.refused, 'the shell could not be opened');
        })
        .finally(() => ws.resume());
      return () => tick();
    },
  };
}

async function attach(engine: Engine, ws: WebSocket, target: TerminalTarget) {
  const { session, machine, tab, from, cols, rows, writer, typed } = target;
  const terminal = await engine.openTerminal(session, {
    id: `${machine}-${tab}`,
    on: machine,
    cols,
    rows,
    fromOffset: from,
    writer: { id: writer, typed },
  });
  let sent = terminal.start;
  let read = terminal.start;
  let told = terminal.start;
  let readAtLastTick = -1;
  let inputWanted = terminal.typed;

  const acknowledge = () => {
    if (read <= told || ws.bufferedAmount > maxWaitingBytes) return;
    told = read;
    terminal.acknowledge(told);
  };

  ws.send(encodeTerminalEvent({ type: 'hello', start: terminal.start, live: terminal.live, typed: terminal.typed }));
  terminal.onTyped((offset) => ws.send(encodeTerminalEvent({ type: 'typed', offset })));
  terminal.onOutput((offset, bytes) => {
    sent = offset + bytes.length;
    ws.send(encodeTerminalEvent({ type: 'output', offset, bytes }), acknowledge);
  });
  terminal.onEnd((exitCode, taken) => {
    // Somebody outside this server has attached, such as "kubewright shell": re-attaching would take it back and forth.
    if (taken === true) return ws.close(closeCodes.takenOver, 'opened elsewhere');
    ws.send(encodeTerminalEvent({ type: 'end', exitCode }));
    ws.close(1000, 'the shell ended');
  });
  const write = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    inputWanted += bytes.length;
    terminal.write(bytes);
  };
  ws.on('message', (data: RawData, isBinary) => {
    const command = isBinary && Buffer.isBuffer(data) ? decodeTerminalCommand(data) : undefined;
    switch (command?.type) {
      case 'input':
        if (command.offset > inputWanted) return ws.close(closeCodes.badMessage, 'input is missing');
        return write(command.bytes.subarray(inputWanted - command.offset));
      case 'resize':
        return terminal.resize(command.cols, command.rows);
      case 'ack':
        // Nobody can have read what was not sent.
        read = Math.max(read, Math.min(command.offset, sent));
        return acknowledge();
      case undefined:
        return ws.close(closeCodes.badMessage, 'no message of the protocol');
    }
  });

  return {
    detach: () => terminal.close(),
    tick: () => {
      const isStalled = sent - read >= stallBytes && read === readAtLastTick;
      readAtLastTick = read;
      if (isStalled) ws.close(closeCodes.stalled, 'output was not acknowledged');
    },
  };
}
