import { expect, test } from 'vitest';
import { backupBeforeCheck } from '../../../engine/checks/backup-before.ts';
import { etcdSnapshotCheck } from '../../../engine/checks/etcd-snapshot.ts';
import { resourceCheck } from '../../../engine/checks/resource.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { act, witnessed } from './record-builder.ts';
import { etcdRecord, original } from './restore-record.ts';

const digest = 'a'.repeat(64);
/** Ten revisions a second: 1900 at the hand-over, 2300 at the deletion. */
const going = { ...original, to: 60 };
const deletion = act(40, { resource: 'namespaces', namespace: '', name: 'bank' });
const record = witnessed(60, [...etcdRecord([going]), deletion]);

interface Snapshot {
  readonly bytes?: number;
  readonly was?: string;
  readonly fileSystem?: string;
  readonly path?: string;
  readonly mode?: string;
  readonly revision?: number;
  readonly missing?: boolean;
}

function contextFor(snapshot: Snapshot, report?: string, timeline: readonly TimelineEvent[] = record) {
  const { bytes = 1056, was = digest, fileSystem = 'overlayfs', path = '/opt/s.db', mode = '600' } = snapshot;
  const stdout = [bytes, was === '' ? '' : digest, was, fileSystem, path, mode].join('\n');
  const status = JSON.stringify({ hash: 0xab1234, revision: snapshot.revision ?? 2000, totalKey: 7 });
  const machine = new AnsweringMachine(
    'cp1',
    [
      [/sha256sum/, snapshot.missing === true ? { exitCode: 66 } : { stdout }],
      [/^etcdutl snapshot status/, { stdout: status }],
    ],
    report === undefined ? {} : { '/opt/status.txt': report },
  );
  return { ...contextOf(new FakeKube({}), machine), timeline: () => Promise.resolve(timeline) };
}

const saved = (snapshot: Snapshot, timeline?: readonly TimelineEvent[]) =>
  etcdSnapshotCheck.evaluate(contextFor(snapshot, undefined, timeline), { node: 'cp1', path: '/opt/s.db' }, 'assert');

test('a snapshot is whole, of the drill, in a place that lasts, and for root only', async () => {
  expect(await saved({})).toMatchObject({ result: 'passed', found: /revision 2000 with 7 keys/ });
  for (const [snapshot, found] of [
    [{ missing: true }, /^there is no file/],
    [{ was: '' }, /is no snapshot: of 1056 bytes/],
    [{ was: 'b'.repeat(64) }, /is damaged/],
    [{ revision: 1000 }, /has revision 1000; when the drill began etcd was at 1900 already/],
    [{ fileSystem: 'tmpfs' }, /in memory/],
    [{ path: '/var/lib/etcd/s.db' }, /in the data directory/],
    [{ mode: '644' }, /mode 644/],
  ] as const) {
    expect(await saved(snapshot)).toMatchObject({ result: 'failed', found });
  }
  expect((await saved({}, [])).result).toBe('errored');
});

const reported = (text: string | undefined) =>
  etcdSnapshotCheck.evaluate(
    contextFor({}, text),
    { node: 'cp1', path: '/opt/s.db', report: '/opt/status.txt' },
    'assert',
  );

test('a report says revision and hash as etcdutl prints them, in a table or as JSON', async () => {
  expect((await reported('| ab1234 |     2000 |       7 |')).result).toBe('passed');
  expect((await reported('{"hash":11211316,"revision":2000}')).result).toBe('passed');
  expect(await reported('| ab1234 | 2001 |')).toMatchObject({ result: 'failed', found: /does not say its revision,/ });
  expect(await reported('help for snapshot')).toMatchObject({ found: /its revision and its hash/ });
  expect(await reported(undefined)).toMatchObject({ result: 'failed', found: /^there is no \/opt\/status\.txt/ });
});

const before = (snapshot: Snapshot, timeline?: readonly TimelineEvent[]) =>
  backupBeforeCheck.evaluate(
    contextFor(snapshot, undefined, timeline),
    { node: 'cp1', snapshot: '/opt/s.db', deletionOf: 'bank' },
    'assert',
  );

test('the snapshot has to be older than the deletion', async () => {
  expect((await before({ revision: 2290 })).result).toBe('passed');
  expect(await before({ revision: 2400 })).toMatchObject({
    result: 'failed',
    found: /deleted by learner with kubectl/,
  });
  expect(await before({ missing: true })).toMatchObject({ result: 'failed', found: /is no snapshot$/ });
  const untouched = witnessed(60, etcdRecord([going]));
  expect((await before({ missing: true }, untouched)).result).toBe('passed');
  const cut = witnessed(60, etcdRecord([going]), { echoed: (second) => second < 10 || second > 50 });
  expect((await before({ missing: true }, cut)).result).toBe('errored');
});

test('an object is there or not, whoever lists what', async () => {
  const look = (resource: string, exists: boolean, node?: string) =>
    resourceCheck.evaluate(
      contextOf(new FakeKube({ 'Namespace/bank': {}, 'ConfigMap/default/later': {} }), new AnsweringMachine('cp1', [])),
      { resource, exists, ...(node === undefined ? {} : { node }) },
      'assert',
    );
  expect((await look('namespace/bank', true)).result).toBe('passed');
  expect(await look('namespace/shop', true)).toMatchObject({ result: 'failed', found: 'there is no Namespace shop' });
  expect(await look('configmap/default/later', false, 'cp1')).toMatchObject({
    result: 'failed',
    found: 'there is ConfigMap default/later',
  });
});

test('a resource is named as kubectl names it, with its namespace where it has one', () => {
  const isValid = (spec: object) => resourceCheck.schema.safeParse(spec).success;
  expect(isValid({ resource: 'namespace/shop', exists: true })).toBe(true);
  expect(isValid({ resource: 'deployment/shop/web', minReplicas: 2 })).toBe(true);
  for (const spec of [
    { resource: 'namespace/shop' },
    { resource: 'namespace/shop/x', exists: true },
    { resource: 'deployment/web', ready: true },
    { resource: 'widget/x', exists: true },
    { resource: 'namespace/shop', ready: true },
    { resource: 'deployment/shop/web', exists: true, ready: true },
  ]) {
    expect(isValid(spec), JSON.stringify(spec)).toBe(false);
  }
});
