import type { MachineReport, TimelineEvent } from '../domain/timeline.ts';
import { isRecord, type JsonRecord } from './json.ts';

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown) => typeof value === 'string';
const flag = (value: unknown) => typeof value === 'boolean';
const figure = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const oneOf =
  (...words: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && words.includes(value);
const optional = (test: (value: unknown) => boolean) => (value: unknown) => value === undefined || test(value);
const shaped = (shape: Shape) => (value: unknown) => isRecord(value) && hasShape(value, shape);
const recordOf = (test: (value: unknown) => boolean) => (value: unknown) =>
  isRecord(value) && Object.values(value).every(test);
const listOf = (test: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(test);
const texts = recordOf(text);

const change = oneOf('present', 'gone');

const etcdFacts = shaped({
  clusterId: text,
  memberId: text,
  leader: text,
  version: text,
  revision: figure,
  raftTerm: figure,
  raftIndex: figure,
  dbSize: figure,
  dbSizeInUse: figure,
  alarms: listOf(text),
  members: listOf(shaped({ id: text, name: text, peerUrls: listOf(text), learner: flag })),
});

const machineReport = shaped({
  bootedAt: figure,
  units: recordOf(shaped({ active: text, file: text, startedAt: figure })),
  programs: texts,
  files: texts,
  manifests: optional(texts),
  etcd: optional(shaped({ startedAt: figure, data: text, path: text })),
});

/** One entry for every kind of domain/timeline.ts; `at` and `kind` are looked at before. */
const shapes: Readonly<Record<TimelineEvent['kind'], Shape>> = {
  started: {},
  tick: { waiting: optional(figure), others: optional(figure) },
  beat: { beat: figure, ok: flag },
  echo: { beat: figure },
  watch: { resource: oneOf('nodes', 'pods', 'poddisruptionbudgets'), state: oneOf('listed', 'lost') },
  node: {
    change,
    node: shaped({
      name: text,
      uid: text,
      ready: oneOf('True', 'False', 'Unknown'),
      unschedulable: flag,
      kubeletVersion: text,
    }),
  },
  pod: {
    change,
    pod: shaped({
      namespace: text,
      name: text,
      uid: text,
      node: text,
      labels: texts,
      phase: text,
      ready: flag,
      terminating: flag,
      owner: text,
    }),
  },
  pdb: {
    change,
    pdb: shaped({ namespace: text, name: text, uid: text, spec: text, disruptionsAllowed: figure }),
  },
  act: {
    act: shaped({
      requestedAt: figure,
      user: text,
      impersonated: optional(text),
      userAgent: text,
      verb: text,
      resource: text,
      subresource: text,
      namespace: text,
      name: text,
      code: figure,
      unschedulable: optional(flag),
    }),
  },
  traffic: { service: text, node: text, sent: figure, ok: figure, lastError: optional(text) },
  etcd: { node: text, facts: optional(etcdFacts) },
  apiserver: { node: text, version: optional(text) },
  machine: { node: text, report: machineReport },
  'machine-alive': { node: text },
  marker: { marker: figure },
};

/** Whether it is an event with everything that its kind has; keys beyond that do not matter. */
export function isTimelineEvent(value: unknown): value is TimelineEvent {
  if (!isRecord(value) || !figure(value['at']) || typeof value['kind'] !== 'string') return false;
  if (!Object.hasOwn(shapes, value['kind'])) return false;
  return hasShape(value, shapes[value['kind'] as TimelineEvent['kind']]);
}

/** Whether it is a whole report of a node. */
export function isMachineReport(value: unknown): value is MachineReport {
  return machineReport(value);
}

function hasShape(value: JsonRecord, shape: Shape): boolean {
  return Object.entries(shape).every(([key, test]) => test(value[key]));
}
