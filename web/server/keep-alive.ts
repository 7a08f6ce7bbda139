import type { WebSocket } from 'ws';

/**
 * Pings, and cuts the socket when two pings in a row were not answered: then the way is dead, not the session. onTick runs
 * with every ping.
 */
export function keepAlive(ws: WebSocket, everyMs: number, onTick: () => void): void {
  let missed = 0;
  ws.on('pong', () => {
    missed = 0;
  });
  const timer = setInterval(() => {
    if (missed >= 2) return ws.terminate();
    missed += 1;
    ws.ping();
    onTick();
  }, everyMs);
  ws.on('close', () => clearInterval(timer));
}
