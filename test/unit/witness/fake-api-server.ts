import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClusterAccess } from '../../../engine/witness/config.ts';
import { makeTestCertificates } from './test-certificates.ts';

export interface FakeRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  /** Common name of the client's certificate. */
  readonly client: string;
}

/** A stand-in for the API server: HTTPS with client certificates, lists and watches, and all the ways to end a watch. */
export interface FakeApiServer {
  readonly access: ClusterAccess;
  readonly requests: FakeRequest[];
  /** What a GET of the path without watch is answered with from now on. */
  setList(path: string, version: string, items: readonly object[]): void;
  /** As many of the next requests are never answered. */
  hang(requests: number): void;
  /** Status of all answers from now on; 200 is the normal work. */
  answerWith(status: number): void;
  watches(path: string): number;
  /** Sends raw text to the open watches of the path. */
  send(path: string, text: string | Buffer): void;
  sendEvent(path: string, type: string, object: object): void;
  /** Ends the watches properly, as after timeoutSeconds. */
  endWatches(path: string): void;
  /** Cuts the connections of the watches. */
  cutWatches(path: string): void;
  /** Goes down with all its connections; start() takes the same port again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startFakeApiServer(): Promise<FakeApiServer> {
  const { ca, server: own, client } = makeTestCertificates('kubewright-witness');
  const requests: FakeRequest[] = [];
  const lists = new Map<string, string>();
  const watches = new Map<string, Set<ServerResponse>>();
  const open = (path: string) => watches.get(path) ?? new Set<ServerResponse>();
  let status = 200;
  let hanging = 0;

  const server = createServer({ ...own, ca, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://fake');
    const name = (request.socket as TLSSocket).getPeerCertificate().subject.CN;
    requests.push({
      path: url.pathname,
      query: url.searchParams,
      userAgent: request.headers['user-agent'] ?? '',
      client: String(name),
    });
    if (hanging > 0) {
      hanging -= 1;
      return;
    }
    if (status !== 200) return void response.writeHead(status).end('{}');
    if (url.searchParams.get('watch') === '1') {
      response.writeHead(200).flushHeaders();
      watches.set(url.pathname, open(url.pathname).add(response));
      response.on('close', () => open(url.pathname).delete(response));
      return;
    }
    response.writeHead(200).end(lists.get(url.pathname) ?? '{}');
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const send = (path: string, text: string | Buffer) => {
    for (const response of open(path)) response.write(text);
  };

  return {
    access: { server: `https://127.0.0.1:${port}`, ca, cert: client.cert, key: client.key },
    requests,
    setList(path, version, items) {
      lists.set(path, JSON.stringify({ metadata: { resourceVersion: version }, items }));
    },
    hang(next) {
      hanging = next;
    },
    answerWith(next) {
      status = next;
    },
    watches: (path) => open(path).size,
    send,
    sendEvent: (path, type, object) => send(path, `${JSON.stringify({ type, object })}\n`),
    endWatches(path) {
      for (const response of open(path)) response.end();
    },
    cutWatches(path) {
      for (const response of open(path)) response.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: () => listen(port),
  };
}
