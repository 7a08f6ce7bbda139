import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { changeHeader } from '../../../web/protocol.ts';
import { createServer, type RunningServer } from '../../../web/server/index.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createFakeExams, createFakeRecords, fakePool } from './fake-records.ts';

export type Harness = Awaited<ReturnType<typeof startHarness>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** The real server on a free port, a fake engine behind it, and a client that may send any header. */
export async function startHarness(timing: { pulseMs?: number; pingMs?: number; glanceMs?: number } = {}) {
  const clientFolder = await mkdtemp(join(tmpdir(), 'kubewright-web-'));
  await mkdir(join(clientFolder, 'assets'));
  await writeFile(join(clientFolder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">page');
  await writeFile(join(clientFolder, 'assets', 'main.js'), 'export {};');
  const fake = { ...createFakeEngine(), ...createFakeExams() };
  const lines: string[] = [];
  const write = (fields: Record<string, unknown>, message: string) => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  const server: RunningServer = await createServer({
    engine: fake.engine,
    exams: fake.exams,
    records: createFakeRecords(),
    pool: fakePool(),
    port: 0,
    log: { info: write, warn: write, error: write },
    clientFolder,
    ...timing,
  });
  const { port, searchParams } = new URL(server.url);
  const origin = `http://127.0.0.1:${port}`;
  let cookie = '';

  const send = (
    method: string,
    path: string,
    headers: Record<string, string | string[]> = {},
    body?: string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, method, path, headers, setHost: headers['host'] === undefined },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  /** What the page itself sends. */
  const own = (): Record<string, string> => ({ cookie, origin, [changeHeader.name]: changeHeader.value });

  const openSocket = (path: string, headers: Record<string, string> = { cookie, origin }) =>
    new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });

  return {
    ...fake,
    server,
    port: Number(port),
    origin,
    token: searchParams.get('token') ?? '',
    lines,
    send,
    own,
    openSocket,
    cookie: () => cookie,

    async signIn() {
      const answer = await send('GET', `/?token=${searchParams.get('token')}`);
      cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
      return answer;
    },

    async post(path: string, body?: object) {
      const headers = body === undefined ? own() : { ...own(), 'content-type': 'application/json' };
      return await send('POST', path, headers, body === undefined ? undefined : JSON.stringify(body));
    },

    /** Starts the drill of the fake and waits until it is ready. */
    async startDrill() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const answer = await this.post('/api/sessions', { scenario: 'kubelet-down' });
      const id = String((JSON.parse(answer.text) as { session: string }).session);
      const look = async (): Promise<void> => {
        const row = await fake.engine.session(id);
        if (row.state === 'provisioning') setTimeout(() => void look(), 5);
        else resolve();
      };
      await look();
      await promise;
      return id;
    },

    async end() {
      await server.close();
      await rm(clientFolder, { recursive: true });
    },
  };
}

/** Status with which an upgrade was refused, or "open". */
export function upgradeOutcome(socket: WebSocket): Promise<number | 'open'> {
  return new Promise((resolve) => {
    socket.on('open', () => {
      resolve('open');
      socket.close();
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}
