import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Takes the body of a POST and the address it came from, and returns the status to answer with.
 * @throws when the journal could not be written.
 */
export type TakeBody = (body: string, from: string | undefined) => number;

export interface ListenerOptions {
  readonly port: number;
  /** Called with the port once it listens. */
  readonly onListening: (port: number) => void;
  /** By path. */
  readonly takers: Readonly<Record<string, TakeBody>>;
}

const largestBodyBytes = 8 * 1024 * 1024;

/**
 * Listens, until the signal aborts, for what others send to the witness: each path has a taker.
 * @throws Error when the port cannot be had.
 */
export function runListener(
  options: ListenerOptions,
  log: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(request, options.takers)
        .then((status) => reply(response, status))
        .catch((error: unknown) => {
          log(`POST ${request.url ?? ''}: ${String(error)}`);
          reply(response, 500);
        });
    });
    const close = () => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    server.on('error', reject);
    server.listen(options.port, '0.0.0.0', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) options.onListening(address.port);
      if (signal.aborted) close();
      else signal.addEventListener('abort', close, { once: true });
    });
  });
}

async function answer(request: IncomingMessage, takers: ListenerOptions['takers']): Promise<number> {
  const path = request.url?.split('?')[0] ?? '';
  const take = Object.hasOwn(takers, path) ? takers[path] : undefined;
  if (take === undefined) return 404;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  return body === undefined ? 413 : take(body, request.socket.remoteAddress);
}

/** The body's text, undefined when it is too large: the rest is then read and thrown away, so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= largestBodyBytes) parts.push(part);
    else parts.length = 0;
  }
  return size > largestBodyBytes ? undefined : Buffer.concat(parts).toString('utf8');
}

function reply(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
