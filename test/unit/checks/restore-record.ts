import { type EtcdFacts, identities, type TimelineEvent } from '../../../engine/domain/timeline.ts';
import { backupNote } from '../../../engine/reading/backup-note.ts';
import { act, at, witnessed } from './record-builder.ts';

/** One run of etcd on cp1: from its first answer to its last, and how far its log and its revision are at the start. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly raftIndex: number;
  readonly revision: number;
  /** device:inode of the data directory. */
  readonly data: string;
  /** Missing in the node's reports, as a process that lived for a moment only may be. */
  readonly unreported?: boolean;
}

/** What etcd on cp1 answered every second, ten entries and revisions more each, and what cp1 reported of its process. */
export function etcdRecord(runs: readonly Run[]): TimelineEvent[] {
  const events = runs.flatMap((run) => [
    ...(run.unreported === true ? [] : [report(run.from - 1, run), report(run.to + 1)]),
    ...seconds(run.from, run.to).map((second): TimelineEvent => {
      const more = (second - run.from) * 10;
      const facts = { ...member, raftIndex: run.raftIndex + more, revision: run.revision + more };
      return { at: at(second), kind: 'etcd', node: 'cp1', facts };
    }),
  ]);
  return events.toSorted((a, b) => a.at - b.at);
}

/** The numbered objects that the witness wrote between the two seconds, every 3 s. */
function markers(from: number, to: number, firstNumber: number): TimelineEvent[] {
  return seconds(from, to)
    .filter((second) => (second - from) % 3 === 0)
    .map((second, index) => ({ at: at(second), kind: 'marker', marker: firstNumber + index }));
}

/** The two notes around a backup. */
export function backup(begun: number, done: number): TimelineEvent[] {
  const { namespace, name } = backupNote;
  const note = { user: identities.engine, verb: 'patch', resource: 'configmaps', namespace, name };
  return [act(begun, note), act(done, note)];
}

/** The restore as it should be: saved at -70, etcd stopped at 10, restored and answering at 30. */
export const original: Run = { from: -100, to: 10, raftIndex: 1000, revision: 900, data: '1:7' };
export const restored: Run = { from: 30, to: 60, raftIndex: 5, revision: 1210, data: '1:8' };
const savedMarkers = markers(-99, -72, 1);
const laterMarkers = markers(-63, 9, 13);
const newMarkers = markers(33, 60, 40);

export function restoreRecord(runs: readonly Run[] = [original, restored]): TimelineEvent[] {
  const events = [...backup(-71, -70), ...savedMarkers, ...laterMarkers, ...newMarkers, ...etcdRecord(runs)];
  return witnessed(60, events);
}

const member: EtcdFacts = {
  ...{ clusterId: 'c', memberId: 'm', leader: 'm', version: '3.6.5', revision: 0, raftTerm: 2, raftIndex: 0 },
  ...{ dbSize: 1, dbSizeInUse: 1, alarms: [], members: [] },
};

function report(second: number, run?: Run): TimelineEvent {
  return {
    at: at(second),
    kind: 'machine',
    node: 'cp1',
    report: {
      ...{ bootedAt: at(-300), units: {}, programs: {}, files: {} },
      ...(run === undefined ? {} : { etcd: { startedAt: at(run.from) - 500, data: run.data, path: '/var/lib/etcd' } }),
    },
  };
}

function seconds(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
