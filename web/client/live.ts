import { closeCodes, type SessionMessage } from '../protocol.ts';
import { api, Refused } from './api.ts';
import { retryAfterMs, socketUrl } from './backoff.ts';

/** Nothing heard for so long (the server says something every 20 s) means that the way is dead. */
const silenceMs = 50_000;

/** Follows a session over its socket and comes back after every cut, until it is told to end or the session is no more. */
export function followSession(
  session: string,
  on: {
    message(message: SessionMessage): void;
    /** How many tries have failed since the last good connection; 0 is connected. */
    attempts(count: number): void;
  },
): () => void {
  let ended = false;
  let attempts = 0;
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const end = () => {
    ended = true;
    clearTimeout(retry);
    clearTimeout(silence);
    socket?.close();
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(), silenceMs);
  };

  const isGone = async () => {
    try {
      await api.session(session);
      return false;
    } catch (error) {
      return error instanceof Refused && (error.code === 'SESSION_UNKNOWN' || error.code === 'NOT_FOUND');
    }
  };

  const comeBack = async (code: number) => {
    clearTimeout(silence);
    if (ended) return;
    if (code === closeCodes.unknown || (await isGone())) {
      end();
      return on.message({ type: 'gone' });
    }
    if (ended) return;
    attempts += 1;
    on.attempts(attempts);
    retry = setTimeout(connect, retryAfterMs(attempts));
  };

  const connect = () => {
    const mine = new WebSocket(socketUrl(`/ws/session/${session}`));
    socket = mine;
    mine.onopen = () => {
      attempts = 0;
      on.attempts(0);
      heard();
    };
    mine.onmessage = (event) => {
      heard();
      const message = JSON.parse(String(event.data)) as SessionMessage;
      if (message.type === 'gone') end();
      if (!ended || message.type === 'gone') on.message(message);
    };
    mine.onclose = (event) => void comeBack(event.code);
  };

  connect();
  return end;
}
