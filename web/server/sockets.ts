import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Engine } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { closeCodes, type ErrorBody } from '../protocol.ts';
import type { Gate } from './gate.ts';
import { keepAlive } from './keep-alive.ts';
import { createBucket, limits, mostSockets } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { answerTo, refusalAnswer } from './refusals.ts';
import { readSocketTarget, type SocketTarget } from './routes.ts';
import { serveSession } from './session-socket.ts';
import { createTerminalSockets } from './terminal-socket.ts';
import type { Viewers } from './viewers.ts';

/** The WebSocket side. A socket is let in only after the front door, the path and the engine have said yes. */
export function createSockets(options: {
  server: Server;
  engine: Engine;
  viewers: Viewers;
  gate: Gate;
  log: Log;
  metrics: () => Metrics;
  pingMs: number;
}): { close(): void; count(): number } {
  const { server, engine, viewers, gate, log, metrics, pingMs } = options;
  const upgrades = createBucket(limits.upgrades);
  // Limits: reliability.md section 2, "ws". No message of the page is anywhere near them.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 64 * 1024,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    perMessageDeflate: false,
  });
  const terminals = createTerminalSockets({ engine, log });

  /** @throws what the engine says when the session or the machine is not there. */
  const authorise = async (target: SocketTarget): Promise<boolean> => {
    await engine.session(target.session);
    if (target.socket === 'session') return true;
    const { machines } = await engine.desk(target.session);
    return machines.some((machine) => machine.name === target.machine);
  };

  const serve = (ws: WebSocket, target: SocketTarget) => {
    ws.on('error', (error) => log.warn({ session: target.session, error: String(error) }, 'a socket failed'));
    const ticks: (() => void)[] = [];
    keepAlive(ws, pingMs, () => {
      for (const tick of ticks) tick();
    });
    if (target.socket === 'session') {
      ticks.push(serveSession(ws, target.session, viewers));
      return;
    }
    ws.on('close', viewers.join(target.session));
    ticks.push(terminals.serve(ws, target));
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    void (async () => {
      const refusal = gate.judge(request, 'socket');
      if (refusal !== undefined) {
        log.warn({ path: pathOf(request), code: refusal.code }, 'refused at the front door');
        metrics().refused(refusal.code);
        return refuse(socket, refusalAnswer(refusal.code, refusal.message));
      }
      if (sockets.clients.size >= mostSockets || !upgrades.take()) {
        metrics().refused('FULL');
        return refuse(socket, refusalAnswer('FULL', 'Too many pages are open.'));
      }
      const target = readSocketTarget(request.url ?? '/');
      try {
        if (target !== undefined && (await authorise(target))) {
          return sockets.handleUpgrade(request, socket, head, (ws) => serve(ws, target));
        }
      } catch (error) {
        return refuse(socket, answerTo(error));
      }
      refuse(socket, refusalAnswer('NOT_FOUND', 'There is nothing at this address.'));
    })();
  });

  return {
    count: () => sockets.clients.size,
    close() {
      for (const ws of sockets.clients) ws.close(closeCodes.goingAway, 'the server is stopping');
      sockets.close();
    },
  };
}

function refuse(socket: Duplex, answer: { status: number; body: ErrorBody }): void {
  const text = JSON.stringify(answer.body);
  socket.end(
    `HTTP/1.1 ${answer.status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}
