import { access } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KubewrightError } from '../../engine/domain/errors.ts';
import type { Engine, Exams, Records } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { createApp } from './app.ts';
import { createDrills } from './drills.ts';
import { createGate } from './gate.ts';
import { createSockets } from './sockets.ts';
import { createViewers } from './viewers.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly exams: Exams;
  readonly records: Records;
  /** 127.0.0.1 unless given; only loopback is taken. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  /** The built page: web/client/dist. */
  readonly clientFolder: string;
  /** How often a watched session is looked at, and how often a socket is pinged. */
  readonly pulseMs?: number;
  readonly pingMs?: number;
  /** How often the checks of a watched session are glanced at. */
  readonly glanceMs?: number;
}

export interface RunningServer {
  /** The address to open, with its one-use token: for the user's eyes, never for a log. */
  readonly url: string;
  /**
   * Stops: provisioning in flight is ended and its teardown awaited; sessions that are ready go on.
   */
  close(): Promise<void>;
}

const loopback = { '127.0.0.1': '127.0.0.1', localhost: 'localhost', '::1': '[::1]' } as const;

/**
 * Serves the page and the engine behind it.
 * @throws USAGE for another host than loopback, PORT_TAKEN, TOOL_MISSING when the page has not been built.
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { engine, exams, records, log, clientFolder, host = '127.0.0.1' } = options;
  const { pulseMs = 2000, pingMs = 20_000, glanceMs = 10_000 } = options;
  if (!isLoopback(host)) {
    throw new KubewrightError('USAGE', `The server can't be bound to ${host}.`, {
      remedy: 'Use 127.0.0.1, localhost or ::1: whoever reaches the page has a root shell. From elsewhere, use ssh -L.',
    });
  }
  await access(join(clientFolder, 'index.html')).catch((cause: unknown) => {
    throw new KubewrightError('TOOL_MISSING', `The page has not been built: ${clientFolder} has no index.html.`, {
      cause,
      remedy: 'Run "npm run build:client".',
    });
  });

  const server = createHttpServer({ headersTimeout: 10_000, requestTimeout: 10_000 });
  const port = await listen(server, host, options.port);
  const gate = createGate(port);
  const viewers = createViewers({ engine, log, pulseMs, glanceMs });
  const drills = createDrills({ engine, viewers, log });
  server.on('request', createApp({ engine, exams, records, drills, gate, log, clientFolder }));
  const sockets = createSockets({ server, engine, viewers, gate, log, pingMs });
  log.info({ host, port }, 'the server listens');

  return {
    url: `http://${loopback[host]}:${port}/?token=${gate.token}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await drills.close();
      sockets.close();
      await viewers.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function isLoopback(host: string): host is keyof typeof loopback {
  return Object.hasOwn(loopback, host);
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES'))) {
      throw cause;
    }
    if (cause.code === 'EACCES') {
      throw new KubewrightError('PORT_TAKEN', `Port ${port} is not for ordinary users.`, { cause });
    }
    const owner = (await isKubewright(host, port)) ? 'another kubewright serve' : 'another program';
    throw new KubewrightError('PORT_TAKEN', `Port ${port} on ${host} is taken by ${owner}.`, {
      cause,
      remedy: `Stop it, or choose another port: kubewright serve --port ${port + 1}`,
    });
  }
  return (server.address() as AddressInfo).port;
}

/** Whether it is one of us that has the port. */
async function isKubewright(host: string, port: number): Promise<boolean> {
  try {
    const name = isLoopback(host) ? loopback[host] : host;
    const answer = await fetch(`http://${name}:${port}/healthz`, { signal: AbortSignal.timeout(1000) });
    const said = (await answer.json()) as { name?: unknown };
    return said.name === 'kubewright';
  } catch {
    return false;
  }
}
