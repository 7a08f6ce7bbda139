import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { sessionMoves } from '../../engine/domain/session.ts';
import type { Engine } from '../../engine/engine.ts';

/** Counts and sizes for operators: no name, no id, no secret is in them. */
export interface Metrics {
  /** A request that was answered. `route` is its name in the table, never the address. */
  answered(route: string, status: number): void;
  /** Somebody who was turned away at the front door, by the code of the refusal. */
  refused(code: string): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(options: { engine: Engine; openSockets: () => number }): Metrics {
  const { engine, openSockets } = options;
  // A registry of its own: tests run several servers in one process.
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const answered = new Counter({
    name: 'kubewright_http_requests_total',
    help: 'Requests answered, by name of the route and status',
    labelNames: ['route', 'status'],
    registers,
  });
  const refused = new Counter({
    name: 'kubewright_refused_total',
    help: 'Requests and sockets turned away at the front door, by code',
    labelNames: ['code'],
    registers,
  });
  new Gauge({
    name: 'kubewright_sockets',
    help: 'Open WebSockets',
    registers,
    collect() {
      this.set(openSockets());
    },
  });
  new Gauge({
    name: 'kubewright_sessions',
    help: 'Sessions in the store, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      const rows = await engine.sessions();
      for (const state of Object.keys(sessionMoves)) {
        this.set({ state }, rows.filter((row) => row.state === state).length);
      }
    },
  });
  return {
    answered: (route, status) => answered.inc({ route, status }),
    refused: (code) => refused.inc({ code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
