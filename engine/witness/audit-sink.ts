import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { actOf, echoedBeat, requestKeyOf } from './audit-event.ts';
import type { WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';
import { isRecord } from './json.ts';

export interface AuditSinkEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  /** Requests already taken; shared with later runs. */
  readonly seen: SeenRequests;
  readonly log: (message: string) => void;
}

export interface AuditSinkOptions {
  readonly port: number;
  /** Called with the port once it listens. */
  readonly onListening: (port: number) => void;
}

const largestBodyBytes = 8 * 1024 * 1024;
const remembered = 20_000;

/** Keys of requests already recorded, so that a batch which the API server sends again counts once. Bounded: the oldest go first. */
export interface SeenRequests {
  has(key: string): boolean;
  add(key: string): void;
}

export function createSeenRequests(most: number = remembered): SeenRequests {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > most && oldest !== undefined) keys.delete(oldest);
    },
  };
}

/**
 * Listens for the API server's audit webhook (batches of audit.k8s.io/v1 events, POST /audit) until the signal aborts,
 * and records acts and echoes. An answer other than 200 makes the API server send the batch again.
 * @throws Error when the port cannot be had.
 */
export function runAuditSink(options: AuditSinkOptions, effects: AuditSinkEffects, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(request, effects)
        .then((status) => reply(response, status))
        .catch((error: unknown) => {
          effects.log(`audit batch: ${String(error)}`);
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

/** Takes one request and returns the status to answer with. @throws when the journal could not be written. */
async function answer(request: IncomingMessage, effects: AuditSinkEffects): Promise<number> {
  if (request.url?.split('?')[0] !== '/audit') return 404;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (body === undefined) return 413;
  const events = eventsOf(body);
  if (events === undefined) return 400;
  for (const event of events) {
    if (!isRecord(event)) continue;
    const key = requestKeyOf(event);
    if (effects.seen.has(key)) continue;
    const at = effects.clock.now();
    const beat = echoedBeat(event);
    if (beat !== undefined) effects.record({ at, kind: 'echo', beat });
    const act = actOf(event);
    if (act !== undefined) effects.record({ at, kind: 'act', act });
    // Only now, and only what matters: had the record failed, the batch would come again and must not be taken for known.
    if (beat !== undefined || act !== undefined) effects.seen.add(key);
  }
  return 200;
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

function eventsOf(body: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(body);
    if (!isRecord(list) || list['kind'] !== 'EventList') return undefined;
    return Array.isArray(list['items']) ? list['items'] : undefined;
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
