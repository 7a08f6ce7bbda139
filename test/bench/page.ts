import { WebSocket } from 'ws';
import { createTerminalLink, type LinkSocket } from '../../web/client/terminal-link.ts';
import { changeHeader, type SessionMessage } from '../../web/protocol.ts';
import { createShell, type EchoingShell } from './shell.ts';

/** A page that is signed in to a server, without a browser. */
export interface Page {
  get<T>(path: string): Promise<T>;
  /** A press of a button. */
  post(path: string): Promise<void>;
  /** Shows the session until it is told to close: the server looks at it every few seconds then. */
  show(session: string, onMessage?: (message: SessionMessage) => void): () => void;
  /** A shell on the student host, or on a node, by the page's own way: everything but the drawing of the letter. */
  openShell(session: string, machine?: string): EchoingShell;
}

/** @param url what "serve" prints; it works once */
export async function openPage(url: string): Promise<Page> {
  const { origin } = new URL(url);
  const answer = await fetch(url, { redirect: 'manual' });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const ask = async (path: string, how: RequestInit) => {
    const response = await fetch(`${origin}${path}`, how);
    if (!response.ok) throw new Error(`the page's ${path} answers ${response.status}: ${await response.text()}`);
    return response;
  };
  const openSocket = (path: string) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers: { cookie, origin } });
    // Its close follows, and whoever needs it tries again.
    socket.on('error', () => undefined);
    return socket;
  };
  return {
    async get<T>(path: string) {
      return (await (await ask(path, { headers: { cookie } })).json()) as T;
    },
    async post(path) {
      const headers = { cookie, origin, [changeHeader.name]: changeHeader.value, 'content-type': 'application/json' };
      await (await ask(path, { method: 'POST', headers, body: '{}' })).text();
    },
    show(session, onMessage) {
      const socket = openSocket(`/ws/session/${session}`);
      socket.on('message', (data: Buffer) => onMessage?.(JSON.parse(data.toString()) as SessionMessage));
      return () => socket.close();
    },
    openShell(session, machine = 'student') {
      let take: (bytes: Uint8Array) => void = () => {};
      const link = createTerminalLink({
        path: `/ws/terminal/${session}/${machine}/1`,
        screen: {
          cols: 80,
          rows: 24,
          write(bytes, parsed) {
            take(bytes);
            parsed();
          },
          restart: () => undefined,
        },
        openSocket: (path) => openSocket(path) as unknown as LinkSocket,
        retryAfterMs: () => 100,
        onState: () => undefined,
      });
      const { took, shell } = createShell(
        (text) => void link.type(text),
        async () => link.close(),
      );
      take = took;
      link.connect();
      return shell;
    },
  };
}
