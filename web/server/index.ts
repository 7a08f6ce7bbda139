import { access } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KubewrightError } from '../../engine/domain/errors.ts';
import type { Engine, Exams, Records, WaitingClusters } from '../../engine/engine.ts';
import type { Log } from '../../engine/system/log.ts';
import { createApp } from './app.ts';
import { createDrills } from './drills.ts';
import { createGate } from './gate.ts';
import { mostConnections } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { isLoopback, serverNames, shownName } from './names.ts';
import { createSockets } from './sockets.ts';
import { createViewers } from './viewers.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly exams: Exams;
  readonly records: Records;
  readonly pool: WaitingClusters;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** The user has said that others may reach it; without that, only loopback is taken. */
  readonly exposed?: boolean;
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

/**
 * Serves the page and the engine behind it.
 * @throws USAGE for another host than loopback, PORT_TAKEN, TOOL_MISSING when the page has not been built.
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { engine, exams, records, pool, log, clientFolder, host = '127.0.0.1' } = options;
  const { pulseMs = 2000, pingMs = 20_000, glanceMs = 10_000 } = options;
  if (!isLoopback(host) && options.exposed !== true) {
    throw new KubewrightError('USAGE', `The server is not bound to ${host} unless you insist.`, {
      remedy:
        'Use 127.0.0.1, localhost or ::1: whoever gets into the page has root on the machine of the Docker engine. From elsewhere, use ssh -L; or insist with --expose.',
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
  server.maxConnections = mostConnections;
  const gate = createGate(port, serverNames(host));
  const viewers = createViewers({ engine, log, pulseMs, glanceMs });
  const drills = createDrills({ engine, viewers, log });
  const sockets = createSockets({ server, engine, viewers, gate, log, metrics: () => metrics, pingMs });
  const metrics = createMetrics({ engine, openSockets: () => sockets.count() });
  server.on('request', createApp({ engine, exams, records, pool, drills, gate, log, metrics, clientFolder }));
  log.info({ host, port }, 'the server listens');

  return {
    url: `http://${shownName(host)}:${port}/?token=${gate.token}`,
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
    const answer = await fetch(`http://${shownName(host)}:${port}/healthz`, { signal: AbortSignal.timeout(1000) });
    const said = (await answer.json()) as { name?: unknown };
    return said.name === 'kubewright';
  } catch {
    return false;
  }
}
