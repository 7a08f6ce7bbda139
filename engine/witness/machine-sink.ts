import type { MachineReport } from '../domain/timeline.ts';
import type { WitnessClock } from './clock.ts';
import { isMachineReport } from './event-shape.ts';
import type { RecordEvent } from './journal.ts';
import { canonicalJson, isRecord } from './json.ts';
import type { TakeBody } from './listener.ts';
import type { Senders } from './senders.ts';

export interface MachineSinkEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  readonly senders: Pick<Senders, 'mayReport'>;
}

/** Of reports that come every 2 s and a little more, every second one that brings nothing new is noted. */
const aliveEveryMs = 3_500;
/** Names as nodes and hosts have them; whoever can reach the listener can send one. */
const nodeName = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/**
 * Takes what the nodes' reporters send, {"node": name, "report": MachineReport}, and records a report that differs from
 * the node's last one, and otherwise about every 4 s that the node is there.
 */
export function createMachineSink({ clock, record, senders }: MachineSinkEffects): TakeBody {
  const last = new Map<string, { readonly report: string; readonly notedAt: number }>();
  return (body, from) => {
    const sent = sentIn(body);
    if (sent === undefined) return 400;
    const { node, report } = sent;
    if (!senders.mayReport(node, from)) return 403;
    const before = last.get(node);
    const text = canonicalJson(report);
    const now = clock.monotonic();
    if (before?.report === text && now - before.notedAt < aliveEveryMs) return 200;
    const at = clock.now();
    record(before?.report === text ? { at, kind: 'machine-alive', node } : { at, kind: 'machine', node, report });
    last.set(node, { report: text, notedAt: now });
    return 200;
  };
}

function sentIn(body: string): { node: string; report: MachineReport } | undefined {
  try {
    const sent: unknown = JSON.parse(body);
    if (!isRecord(sent)) return undefined;
    const { node, report } = sent;
    return typeof node === 'string' && nodeName.test(node) && isMachineReport(report) ? { node, report } : undefined;
  } catch {
    return undefined;
  }
}
