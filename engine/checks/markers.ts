import { z } from 'zod';
import type { CheckFinding } from '../domain/verdict.ts';
import { lastBackup } from '../reading/backup-note.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { etcdRuns, lastChange } from './etcd-history.ts';
import { markersWritten } from './node-record.ts';
import { type Down, readOrDown } from './read-or-down.ts';
import { moment, seconds } from './record.ts';

const schema = z
  .strictObject({
    /** A control plane that runs etcd. */
    node: z.string().min(1),
    /** The state of the cluster is that of the colleague's last backup, and goes on from there. */
    restoredTo: z.literal('last-backup').optional(),
    /** At most so many of the objects written before etcd lost its data, or before now, are missing. */
    mostLost: z.int().min(0).max(1000).optional(),
  })
  .refine((spec) => (spec.restoredTo === undefined) !== (spec.mostLost === undefined), {
    message: 'say what is expected: either restoredTo or mostLost',
  });
type Spec = z.infer<typeof schema>;

/** How many on either side of the restore point are looked at. */
const neighbours = 3;
/** The witness writes one every 3 s; without one for so long nothing is written any more. */
const goesOnMs = 15_000;
/** It waits 2 s for the answer, and notes the time of the answer: the object may be as much older. */
const answerMs = 2_500;
/** It keeps the newest 2400 and deletes by number, also when the objects came back with a restore. */
const remembered = 2_300;

interface Marker {
  readonly at: number;
  readonly marker: number;
}

export const markersCheck: CheckDefinition<Spec> = {
  kind: 'markers',
  summary:
    "What the witness wrote to the cluster every few seconds is there up to a certain moment: a backup's, or the last one possible.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected =
      spec.mostLost === undefined
        ? 'the cluster knows what was written before the backup and nothing of what came after it, and takes new objects'
        : `of what was written to the cluster every 3 s at most the last ${spec.mostLost} objects are lost, and it takes new ones`;
    const timeline = await context.timeline();
    const written = markersWritten(timeline, { since: 0, until: context.until });
    const oldUntil = lastChange(etcdRuns(timeline, spec.node))?.before.at ?? context.until;
    const oldest = (written.at(-1)?.marker ?? 0) - remembered;
    // Written to the data that etcd had before it was restored or emptied; to those it has, when it never was.
    const old = written.filter(({ at, marker }) => at <= oldUntil && marker > oldest);
    const backup = lastBackup(timeline);
    if (spec.restoredTo !== undefined && (backup === undefined || backup.begun < (old[0]?.at ?? backup.begun))) {
      return {
        result: 'errored',
        expected,
        found: backup === undefined ? 'the record has no backup' : 'the backup is older than the objects that are kept',
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    if (old.length === 0) {
      return {
        result: 'errored',
        expected,
        found: 'the record has no objects of the witness',
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const down = await whyDown(context, spec.node);
    if (down !== undefined) return { result: 'failed', expected, found: down.down, meaning: down.meaning };
    const point = await findRestorePoint(context, old);
    const place =
      backup === undefined || spec.mostLost !== undefined
        ? judgeLoss(old, point, spec.mostLost ?? 0)
        : judgePoint(old, point, backup);
    if (place.result !== 'passed') return { ...place, expected };
    const stopped = await whatStopped(context, written);
    if (stopped !== undefined) return { ...stopped, expected };
    return { ...place, expected };
  },
};

type Judged = Omit<CheckFinding, 'expected'>;

function judgePoint(
  old: readonly Marker[],
  point: number,
  backup: { readonly begun: number; readonly done: number },
): Judged {
  const before = old.filter((marker) => marker.at < backup.begun).length;
  const within = old.filter((marker) => marker.at <= backup.done + answerMs).length;
  const last = old[point];
  if (point + 1 < before) {
    return {
      result: 'failed',
      found:
        last === undefined
          ? `nothing is there of the ${before} objects that were written before the backup of ${clockTime(backup.begun)}`
          : `what was written up to ${clockTime(last.at)} is there, but not all up to the backup of ${clockTime(backup.begun)}`,
      meaning: 'The cluster runs, and has forgotten what the backup knew: an empty or another store answers.',
    };
  }
  if (point + 1 > within) {
    return {
      result: 'failed',
      found: `what was written after the backup of ${clockTime(backup.done)} is there, up to ${clockTime(last?.at ?? 0)}`,
      meaning: 'This is not the state of the backup: the store that answers knows what happened afterwards.',
    };
  }
  return {
    result: 'passed',
    found: `the objects written before the backup of ${clockTime(backup.begun)} are there, the ${old.length - within} written after it are not`,
    meaning: 'The cluster is what it was when the backup was taken, and goes on from there.',
  };
}

function judgeLoss(old: readonly Marker[], point: number, mostLost: number): Judged {
  const lost = old.length - 1 - point;
  const [from, to] = [old[point]?.at, old.at(-1)?.at ?? 0];
  const words =
    from === undefined
      ? `all ${old.length} objects are lost`
      : lost === 0
        ? `none of the ${old.length} objects is lost`
        : `${lost} of ${old.length} objects are lost, all since ${clockTime(from)}: ${seconds(to - from)} of work`;
  if (lost > mostLost) {
    return {
      result: 'failed',
      found: words,
      meaning:
        'What was acknowledged and is gone has to be found out and done again by everybody who used the cluster. A backup is the last resort: it is as old as it is.',
    };
  }
  return { result: 'passed', found: words, meaning: 'Nobody has to do anything again.' };
}

/**
 * The index of the newest marker that is there; -1 when none is. A store holds a beginning of what was written, so
 * halving finds the end of it, and the neighbours show that it is one.
 * @throws Error when they do not: then somebody has removed single objects, and nothing can be said.
 */
async function findRestorePoint(context: CheckContext, old: readonly Marker[]): Promise<number> {
  let [there, gone] = [-1, old.length];
  while (gone - there > 1) {
    const middle = Math.floor((there + gone) / 2);
    if (await isThere(context, old[middle])) there = middle;
    else gone = middle;
  }
  const [before, after] = [old.slice(Math.max(0, there - neighbours), there + 1), old.slice(gone, gone + neighbours)];
  for (const [expectThere, some] of [
    [true, before],
    [false, after],
  ] as const) {
    for (const marker of some) {
      if ((await isThere(context, marker)) === expectThere) continue;
      const state = expectThere ? 'is missing, and a later one is there' : 'is there, and an earlier one is missing';
      throw new Error(`object ${nameOf(marker.marker)} in namespace markers ${state}`);
    }
  }
  return there;
}

async function whatStopped(context: CheckContext, written: readonly Marker[]): Promise<Judged | undefined> {
  const newest = written.at(-1);
  if (newest !== undefined && context.until - newest.at <= goesOnMs && (await isThere(context, newest)))
    return undefined;
  return {
    result: 'failed',
    found:
      newest === undefined || context.until - newest.at > goesOnMs
        ? `nothing new could be written since ${moment(newest?.at ?? 0, context.since)}`
        : 'the newest object was accepted and is not there',
    meaning: 'A cluster that can be read and not written is not back in service.',
  };
}

async function whyDown(context: CheckContext, controlPlane: string): Promise<Down | undefined> {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'default' };
  const answer = await readOrDown(context, ref, controlPlane);
  return 'down' in answer ? answer : undefined;
}

async function isThere(context: CheckContext, marker: Marker | undefined): Promise<boolean> {
  if (marker === undefined) return false;
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'markers', name: nameOf(marker.marker) };
  return (await context.kube.read(ref)) !== undefined;
}

/** "14:03:22 UTC": most of these times are before the drill. */
function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

function nameOf(marker: number): string {
  return `marker-${String(marker).padStart(6, '0')}`;
}
