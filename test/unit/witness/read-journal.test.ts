import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { parseJournal } from '../../../engine/witness/read-journal.ts';

const events: TimelineEvent[] = [
  { at: 1, kind: 'started' },
  { at: 2, kind: 'tick' },
  { at: 3, kind: 'beat', beat: 7, ok: true },
  { at: 4, kind: 'echo', beat: 7 },
  { at: 5, kind: 'watch', resource: 'pods', state: 'lost' },
  {
    at: 6,
    kind: 'node',
    change: 'present',
    node: { name: 'w1', uid: 'u', ready: 'Unknown', unschedulable: true, kubeletVersion: 'v1.34.4' },
  },
  {
    at: 7,
    kind: 'pod',
    change: 'gone',
    pod: {
      namespace: 'shop',
      name: 'web-1',
      uid: 'u',
      node: 'w1',
      labels: { app: 'web' },
      phase: 'Running',
      ready: true,
      terminating: false,
      owner: 'ReplicaSet',
    },
  },
  {
    at: 8,
    kind: 'pdb',
    change: 'present',
    pdb: { namespace: 'shop', name: 'web', uid: 'u', spec: '{}', disruptionsAllowed: 0 },
  },
  {
    at: 9,
    kind: 'act',
    act: {
      requestedAt: 8,
      user: 'learner',
      impersonated: 'ops',
      userAgent: 'kubectl',
      verb: 'patch',
      resource: 'nodes',
      subresource: '',
      namespace: '',
      name: 'w1',
      code: 200,
      unschedulable: true,
    },
  },
  { at: 10, kind: 'traffic', service: 'shop/web', node: 'w1', sent: 5, ok: 4, lastError: 'ECONNREFUSED' },
  {
    at: 11,
    kind: 'etcd',
    node: 'cp1',
    facts: {
      clusterId: 'cdf818194e3a8c32',
      memberId: '8e9e05c52164694d',
      leader: '',
      version: '3.6.6',
      revision: 1_000_000_712,
      raftTerm: 2,
      raftIndex: 9,
      dbSize: 20_480,
      dbSizeInUse: 16_384,
      alarms: ['NOSPACE'],
      members: [{ id: '8e9e05c52164694d', name: '', peerUrls: ['https://172.18.0.2:2380'], learner: true }],
    },
  },
  { at: 12, kind: 'etcd', node: 'cp1' },
  { at: 13, kind: 'apiserver', node: 'cp1', version: 'v1.35.4' },
  { at: 14, kind: 'apiserver', node: 'cp1' },
  {
    at: 15,
    kind: 'machine',
    node: 'cp1',
    report: {
      bootedAt: 3,
      units: { kubelet: { active: 'active', file: 'enabled', startedAt: 5 } },
      programs: { kubeadm: 'v1.35.4' },
      files: { '/etc/kubernetes/admin.conf': 'abc' },
      etcd: { startedAt: 6, data: '65024:131', path: '/var/lib/etcd' },
    },
  },
  { at: 16, kind: 'machine-alive', node: 'cp1' },
  { at: 17, kind: 'marker', marker: 7 },
];
const lines = events.map((event) => `${JSON.stringify(event)}\n`);

test('every kind of event is read back as it was written', () => {
  expect(parseJournal(lines.join(''))).toEqual(events);
  expect(parseJournal('')).toEqual([]);
});

test('a torn last line is left out, wherever it is torn', () => {
  const last = lines.at(-1) ?? '';
  for (let length = 0; length < last.length - 1; length += 1) {
    expect(parseJournal(lines.slice(0, -1).join('') + last.slice(0, length))).toEqual(events.slice(0, -1));
  }
});

test('a last line of which only the newline is missing counts', () => {
  expect(parseJournal(lines.join('').trimEnd())).toEqual(events);
});

test.each([
  ['no JSON', '{"at":1,"ki'],
  ['an empty line', ''],
  ['an unknown kind', '{"at":1,"kind":"constructor"}'],
  ['no time', '{"kind":"tick"}'],
  ['a fact without its fields', '{"at":1,"kind":"node","change":"present","node":{"name":"w1"}}'],
  ['a word that is not one of the words', '{"at":1,"kind":"watch","resource":"secrets","state":"listed"}'],
  ['an etcd member without its id', lines[10]?.trimEnd().replace('"id":', '"ID":') ?? ''],
  ['a unit without its start', lines[14]?.trimEnd().replace('"startedAt":5', '"startedAt":"5"') ?? ''],
  ['a report whose etcd has no data', lines[14]?.trimEnd().replace('"data"', '"dir"') ?? ''],
  ['labels that are no texts', lines[6]?.trimEnd().replace('"web"}', '1}') ?? ''],
])('a bad line in the middle makes the record damaged: %s', (_what, bad) => {
  const text = [lines[0], `${bad}\n`, lines[1]].join('');
  expect(() => parseJournal(text)).toThrow(
    expect.objectContaining({ code: 'COMMAND_FAILED', message: expect.stringContaining('damaged: line 2 of 3') }),
  );
});

test('a complete last line that is no event is damage, not a torn line', () => {
  expect(() => parseJournal(`${lines[0]}{"at":1}\n`)).toThrow(/damaged: line 2 of 2/);
});
