import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { ClusterAccess } from './config.ts';

/** The API server over plain node:https, under the witness's client certificate. */
export interface KubeClient {
  /** The whole answer, whatever its status. @throws when there was none within the time, or the signal fired. */
  get(path: string, options: GetOptions): Promise<{ readonly status: number; readonly text: string }>;
  /**
   * Follows an endless answer: onText gets its text as it comes. Resolves when the server ended it properly.
   * @throws when the connection broke, the status was not 200, onText threw, or the signal fired.
   */
  stream(path: string, options: StreamOptions): Promise<void>;
}

export interface GetOptions {
  readonly userAgent: string;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

export interface StreamOptions {
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

/**
 * Idle time before the kernel asks whether the other end of a watch is still there. libuv then asks each second, ten
 * times: a node that vanished without closing its connections is found out in about 12 s.
 */
const keepAliveAfterMs = 2_000;

/** Every request has a connection of its own: a server that came back is never asked through a dead one. */
export function createKubeClient(access: ClusterAccess): KubeClient {
  const agent = new Agent({ ca: access.ca, cert: access.cert, key: access.key, keepAlive: false });

  const send = (path: string, userAgent: string, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { 'user-agent': userAgent, accept: 'application/json' };
      const outgoing = request(`${access.server}${path}`, { agent, headers, signal }, (answer) => {
        answer.setEncoding('utf8');
        resolve(answer);
      });
      outgoing.on('socket', (socket) => socket.setKeepAlive(true, keepAliveAfterMs));
      outgoing.on('error', reject);
      outgoing.end();
    });

  return {
    async get(path, { userAgent, withinMs, signal }) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), withinMs);
      try {
        const answer = await send(path, userAgent, AbortSignal.any([signal, late.signal]));
        let text = '';
        for await (const part of answer) text += String(part);
        return { status: answer.statusCode ?? 0, text };
      } finally {
        clearTimeout(timer);
      }
    },
    async stream(path, { userAgent, signal, onText }) {
      const answer = await send(path, userAgent, signal);
      if (answer.statusCode !== 200) {
        answer.destroy();
        throw new Error(`the API server answered ${answer.statusCode ?? 0} to ${path}`);
      }
      // Throws when the connection breaks before the answer is complete, and destroys it when onText throws.
      for await (const part of answer) onText(String(part));
    },
  };
}
