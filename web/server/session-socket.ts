import type { WebSocket } from 'ws';
import { closeCodes, type SessionMessage } from '../protocol.ts';
import type { Viewers } from './viewers.ts';

/** A page that takes nothing while so much waits for it is cut off; it gets the whole state when it comes back. */
const maxWaitingBytes = 1024 * 1024;

/** Tells one page what happens to a session, the whole state first. Returns what to do with every ping. */
export function serveSession(ws: WebSocket, session: string, viewers: Viewers): () => void {
  const send = (message: SessionMessage) => {
    if (ws.bufferedAmount > maxWaitingBytes) return ws.terminate();
    ws.send(JSON.stringify(message));
    if (message.type === 'gone') ws.close(closeCodes.unknown, 'the session is no more');
  };
  ws.on('message', () => ws.close(closeCodes.badMessage, 'nothing is expected here'));
  ws.on('close', viewers.join(session, send));
  void viewers.refresh(session, send);
  return () => send({ type: 'ping' });
}
