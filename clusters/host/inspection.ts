import type { EngineFacts } from './engine-facts.ts';
import type { EnginePlace } from './engine-place.ts';
import type { Finding } from './findings.ts';
import type { HostAccess, LabParts, Purpose } from './host-access.ts';
import type { MachineFacts } from './machine-facts.ts';

/** What every inspection gets: effects, and the facts that were read once for all. */
export interface InspectionContext {
  readonly host: HostAccess;
  readonly lab: LabParts;
  readonly place: EnginePlace;
  readonly machine: MachineFacts;
  readonly engine: EngineFacts;
  /** Names of missing images; undefined while no engine can be asked. */
  readonly missingImages: readonly string[] | undefined;
  /** Tests need a browser besides. */
  readonly purpose: Purpose;
  readonly port: number;
}

/** One property of the host, read and judged. Never throws for what it finds. */
export type Inspection = (context: InspectionContext) => Promise<Finding>;

export const gibibyte = 1024 ** 3;

/** Bytes as a person reads them, e.g. "22.8 GiB". */
export function formatBytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}

/** The engine when it answers and runs on this machine, so that files here describe it. */
export function localEngine(context: InspectionContext) {
  return context.engine.state === 'answers' && context.engine.isLocal ? context.engine : undefined;
}

/** The engine when it answers from somewhere else (Docker Desktop's machine, another host, the host of our container). */
export function distantEngine(context: InspectionContext) {
  return context.engine.state === 'answers' && localEngine(context) === undefined ? context.engine : undefined;
}
