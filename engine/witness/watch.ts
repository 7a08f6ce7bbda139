import type { ObjectChange, TimelineEvent, WatchedResource } from '../domain/timeline.ts';
import { identities } from '../domain/timeline.ts';
import type { WitnessClock } from './clock.ts';
import type { RecordEvent } from './journal.ts';
import { canonicalJson, isRecord, type JsonRecord, recordAt, textAt } from './json.ts';
import type { KubeClient } from './kube-client.ts';
import { type Known, keyOf } from './memory.ts';

/** One kind of object to follow. */
export interface Watched<Facts> {
  readonly resource: WatchedResource;
  /** Path of the list over all namespaces. */
  readonly path: string;
  readonly facts: (object: JsonRecord) => Facts;
  readonly event: (at: number, change: ObjectChange, facts: Facts) => TimelineEvent;
}

export interface WatchEffects<Facts> {
  readonly kube: KubeClient;
  readonly clock: WitnessClock;
  readonly record: RecordEvent;
  /** Shared with later runs; changed only after a fact was recorded. */
  readonly known: Known<Facts>;
  readonly log: (message: string) => void;
}

interface Identified {
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * How long a list may take at first, and after doubling for each that took longer. A request that reaches an API server
 * while it starts can hang; the next one is answered at once, and until then nothing is seen.
 */
const firstListMs = 2_500;
const longestListMs = 10_000;
/** The server ends a watch after this time (it is asked to), so silence beyond `silentMs` is a connection that hangs. */
const watchForSeconds = 60;
const silentMs = 65_000;
const firstBackoffMs = 250;
const longestBackoffMs = 1_000;
/** A watch that the server ends sooner than this is not opened again at once: a server going down must not be hammered. */
const shortWatchMs = 1_000;

/**
 * Follows all objects of one resource and records their facts when they change, until the signal aborts.
 * `watch listed` says that from here on every change is seen, `watch lost` that changes may be missing until the next
 * `listed`. An outage in between makes no events of its own: only differences that the new list shows are recorded.
 */
export async function runWatch<Facts extends Identified>(
  watched: Watched<Facts>,
  effects: WatchEffects<Facts>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, record } = effects;
  let listed = false;
  let backoffMs = firstBackoffMs;
  const say = (state: 'listed' | 'lost') => {
    if (listed === (state === 'listed')) return;
    listed = state === 'listed';
    record({ at: clock.now(), kind: 'watch', resource: watched.resource, state });
  };
  try {
    while (!signal.aborted) {
      try {
        let version = await relistPatiently(watched, effects, signal);
        say('listed');
        backoffMs = firstBackoffMs;
        while (!signal.aborted) version = await followFrom(version, watched, effects, signal);
      } catch (error) {
        // Also for 410 Gone: the history in between is no longer to be had, so what happened in it was not seen.
        say('lost');
        if (!signal.aborted) effects.log(`watch of ${watched.resource}: ${String(error)}`);
      }
      await clock.sleep(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
    }
  } finally {
    say('lost');
  }
}

/** As relist(), but a list that takes too long is asked for again, with more time. */
async function relistPatiently<Facts extends Identified>(
  watched: Watched<Facts>,
  effects: WatchEffects<Facts>,
  signal: AbortSignal,
  withinMs: number = firstListMs,
): Promise<string> {
  const began = effects.clock.monotonic();
  try {
    return await relist(watched, effects, withinMs, signal);
  } catch (error) {
    const wasSlow = effects.clock.monotonic() - began >= withinMs;
    if (!wasSlow || signal.aborted || withinMs >= longestListMs) throw error;
    effects.log(`list of ${watched.resource}: no answer within ${withinMs / 1_000} s`);
    return relistPatiently(watched, effects, signal, withinMs * 2);
  }
}

/** Lists, records the differences to what is known, and returns the version to watch from. */
async function relist<Facts extends Identified>(
  watched: Watched<Facts>,
  effects: WatchEffects<Facts>,
  withinMs: number,
  signal: AbortSignal,
): Promise<string> {
  // Without resourceVersion, i.e. the most recent state: after a restore of etcd versions start again lower, and an
  // older one would be answered from before the restore or not at all.
  const options = { userAgent: identities.witness, withinMs, signal };
  const answer = await effects.kube.get(watched.path, options);
  if (answer.status !== 200) throw new Error(`the API server answered ${answer.status} to ${watched.path}`);
  const list: unknown = JSON.parse(answer.text);
  const items = isRecord(list) ? list['items'] : undefined;
  if (!isRecord(list) || !Array.isArray(items) || !items.every(isRecord)) throw new Error('the list is not a list');
  const version = versionOf(list);
  const found = new Map(items.map((item) => watched.facts(item)).map((facts) => [keyOf(facts), facts]));
  for (const [key, facts] of effects.known) {
    if (!found.has(key)) note('gone', facts, watched, effects);
  }
  for (const facts of found.values()) note('present', facts, watched, effects);
  return version;
}

/** One watch request. Returns the version to go on from when the server ended it as asked. @throws when it broke. */
async function followFrom<Facts extends Identified>(
  from: string,
  watched: Watched<Facts>,
  effects: WatchEffects<Facts>,
  signal: AbortSignal,
): Promise<string> {
  const { clock } = effects;
  const began = clock.monotonic();
  const over = new AbortController();
  let heardAt = began;
  let version = from;
  let rest = '';
  const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${watchForSeconds}&resourceVersion=${from}`;
  const guard = endWhenSilent(clock, over, () => heardAt);
  try {
    await effects.kube.stream(`${watched.path}?${query}`, {
      userAgent: identities.witness,
      signal: AbortSignal.any([signal, over.signal]),
      onText(text) {
        heardAt = clock.monotonic();
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) version = takeLine(line, version, watched, effects);
      },
    });
  } finally {
    over.abort();
    await guard;
  }
  if (rest !== '') throw new Error('the watch ended in the middle of an event');
  if (clock.monotonic() - began < shortWatchMs) await clock.sleep(firstBackoffMs, signal);
  return version;
}

/** Aborts when nothing, not even a bookmark, was heard for too long; ends with the watch. */
async function endWhenSilent(clock: WitnessClock, over: AbortController, heardAt: () => number): Promise<void> {
  while (!over.signal.aborted) {
    const leftMs = heardAt() + silentMs - clock.monotonic();
    if (leftMs <= 0) over.abort(new Error(`nothing was heard for ${silentMs / 1_000} s`));
    else await clock.sleep(leftMs, over.signal);
  }
}

/** Takes one event of the stream and returns the version it brings. */
function takeLine<Facts extends Identified>(
  line: string,
  before: string,
  watched: Watched<Facts>,
  effects: WatchEffects<Facts>,
): string {
  const event: unknown = JSON.parse(line);
  if (!isRecord(event)) throw new Error('the watch sent something that is no event');
  const object = recordAt(event, 'object');
  const type = event['type'];
  if (type === 'ERROR') {
    throw new Error(`the API server ended the watch: ${String(object['code'])} ${textAt(object, 'message')}`);
  }
  const version = versionOf(object);
  // A stream only goes forward. If it does not, the store was changed under it (a restore): start from a new list.
  if (Number(version) < Number(before)) throw new Error(`versions went back from ${before} to ${version}`);
  if (type === 'ADDED' || type === 'MODIFIED') note('present', watched.facts(object), watched, effects);
  else if (type === 'DELETED') note('gone', watched.facts(object), watched, effects);
  else if (type !== 'BOOKMARK') throw new Error(`the watch sent an event of the unknown type ${String(type)}`);
  return version;
}

function versionOf(object: JsonRecord): string {
  const version = textAt(recordAt(object, 'metadata'), 'resourceVersion');
  if (version === '') throw new Error('the API server sent an object without resourceVersion');
  return version;
}

/** Records a fact when it is news. */
function note<Facts extends Identified>(
  change: ObjectChange,
  facts: Facts,
  watched: Watched<Facts>,
  { clock, record, known }: WatchEffects<Facts>,
): void {
  const key = keyOf(facts);
  const before = known.get(key);
  if (change === 'gone') {
    if (before === undefined) return;
    record(watched.event(clock.now(), 'gone', facts));
    known.delete(key);
    return;
  }
  if (before !== undefined && canonicalJson(before) === canonicalJson(facts)) return;
  // Same name, other object: the old one went without our seeing it go.
  if (before !== undefined && before.uid !== facts.uid) record(watched.event(clock.now(), 'gone', before));
  record(watched.event(clock.now(), 'present', facts));
  known.set(key, facts);
}
