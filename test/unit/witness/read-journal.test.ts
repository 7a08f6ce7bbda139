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
