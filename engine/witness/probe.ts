import { Agent, request } from 'node:http';
import type { TimelineEvent } from '../domain/timeline.ts';
import { atPace, type WitnessClock } from './clock.ts';
import type { ClusterNode, WitnessProbe } from './config.ts';
import type { RecordEvent } from './journal.ts';

/** unjudged: the witness itself was held up, so that nothing can be said; such a request does not count as sent. */
export type ProbeOutcome =
  | { readonly result: 'ok' }
  | { readonly result: 'failed'; readonly reason: string }
  | { readonly result: 'unjudged' };

/** One request; ok when it was answered 200. Never rejects. */
export type SendProbe = (url: string) => Promise<ProbeOutcome>;

export interface ProbeEffects {
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  readonly send: SendProbe;
}

const perSecond = 5;
const answerWithinMs = 1_000;
/** A timer that fires later than this shows that the process was held up: the answer may have come unread. */
const lateTimerMs = 200;
/** More than a second's worth may hang at a time only if timers are late; beyond this nothing more is sent. */
const mostInFlight = 2 * perSecond;

interface Second {
  readonly at: number;
  sent: number;
  ok: number;
  settled: number;
  /** No more requests will be counted in it. */
  over: boolean;
  lastError: string | undefined;
}

interface Target {
  readonly service: string;
  readonly node: string;
  readonly url: string;
  inFlight: number;
  second: Second;
}

/**
 * Asks every service through every node's port five times a second, until the signal aborts. Each line stands for one
 * second: its `at` is the second's beginning, and it is written when all of its requests are answered or given up, i.e.
 * one to two seconds later. A second that the end cuts short is not written.
 */
export async function runProbe(
  what: { readonly nodes: readonly Pick<ClusterNode, 'name' | 'address'>[]; readonly probes: readonly WitnessProbe[] },
  effects: ProbeEffects,
  signal: AbortSignal,
): Promise<void> {
  const { clock, record, send } = effects;
  let failure: Error | undefined;
  const targets = what.probes.flatMap((probe) =>
    what.nodes.map((node): Target => {
      const url = `http://${node.address}:${probe.nodePort}${probe.path}`;
      return { service: probe.service, node: node.name, url, inFlight: 0, second: newSecond(clock.now()) };
    }),
  );
  const writeWhenComplete = (target: Target, second: Second) => {
    if (!second.over || second.settled < second.sent || second.sent === 0 || signal.aborted) return;
    try {
      record(lineOf(target, second));
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  };
  let current = 0;
  await atPace(clock, 1_000 / perSecond, signal, (turn) => {
    if (failure !== undefined) throw failure;
    const number = Math.floor(turn / perSecond);
    for (const target of targets) {
      if (number !== current) {
        const before = target.second;
        target.second = newSecond(clock.now());
        before.over = true;
        writeWhenComplete(target, before);
      }
      if (target.inFlight >= mostInFlight) continue;
      const { second } = target;
      target.inFlight += 1;
      second.sent += 1;
      void send(target.url).then((outcome) => {
        target.inFlight -= 1;
        if (outcome.result === 'unjudged') second.sent -= 1;
        else second.settled += 1;
        if (outcome.result === 'ok') second.ok += 1;
        if (outcome.result === 'failed') second.lastError = outcome.reason;
        writeWhenComplete(target, second);
      });
    }
    current = number;
  });
}

function newSecond(at: number): Second {
  return { at, sent: 0, ok: 0, settled: 0, over: false, lastError: undefined };
}

function lineOf({ service, node }: Target, { at, sent, ok, lastError }: Second): TimelineEvent {
  return { at, kind: 'traffic', service, node, sent, ok, ...(lastError === undefined ? {} : { lastError }) };
}

/**
 * The real sender: a connection of its own for every request, so that each is balanced anew and none is answered by a
 * pod that has left the service but kept an old connection. The whole answer must come within a second.
 */
export function createSendProbe(clock: Pick<WitnessClock, 'monotonic'>): SendProbe {
  const agent = new Agent({ keepAlive: false });
  return (url) =>
    new Promise((resolve) => {
      const sentAt = clock.monotonic();
      const finish = (outcome: ProbeOutcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const fail = (reason: string) => finish({ result: 'failed', reason });
      const outgoing = request(url, { agent }, (answer) => {
        const { statusCode } = answer;
        answer.on('end', () => (statusCode === 200 ? finish({ result: 'ok' }) : fail(`status ${statusCode ?? 0}`)));
        answer.on('error', (error) => fail(reasonOf(error)));
        answer.resume();
      });
      const timer = setTimeout(() => {
        const heldUp = clock.monotonic() - sentAt > answerWithinMs + lateTimerMs;
        // Timers run before what the sockets have brought: let an answer that is already here be read first.
        setImmediate(() => {
          if (heldUp) finish({ result: 'unjudged' });
          else fail('timeout');
          outgoing.destroy();
        });
      }, answerWithinMs);
      outgoing.on('error', (error) => fail(reasonOf(error)));
      outgoing.end();
    });
}

function reasonOf(error: Error & { code?: string }): string {
  return error.code ?? error.message;
}
