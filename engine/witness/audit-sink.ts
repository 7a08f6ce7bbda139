import { actOf, echoedBeat, requestKeyOf } from './audit-event.ts';
import type { WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';
import { isRecord } from './json.ts';
import type { TakeBody } from './listener.ts';
import type { Senders } from './senders.ts';

export interface AuditSinkEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  /** Requests already taken; shared with later runs. */
  readonly seen: SeenRequests;
  readonly senders: Pick<Senders, 'mayBeApiServer'>;
}

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
 * Takes what the API server's audit webhook sends (batches of audit.k8s.io/v1 events) and records acts and echoes; from
 * anybody else it takes nothing. An answer other than 200 makes the API server send the batch again.
 */
export function createAuditSink({ clock, record, seen, senders }: AuditSinkEffects): TakeBody {
  return (body, from) => {
    if (!senders.mayBeApiServer(from)) return 403;
    const events = eventsOf(body);
    if (events === undefined) return 400;
    for (const event of events) {
      if (!isRecord(event)) continue;
      const key = requestKeyOf(event);
      if (seen.has(key)) continue;
      const at = clock.now();
      const beat = echoedBeat(event);
      if (beat !== undefined) record({ at, kind: 'echo', beat });
      const act = actOf(event);
      if (act !== undefined) record({ at, kind: 'act', act });
      // Only now, and only what matters: had the record failed, the batch would come again and must not be taken for known.
      if (beat !== undefined || act !== undefined) seen.add(key);
    }
    return 200;
  };
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
