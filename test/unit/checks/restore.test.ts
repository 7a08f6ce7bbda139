import { expect, test } from 'vitest';
import { dataDirUntouchedCheck } from '../../../engine/checks/data-dir-untouched.ts';
import { etcdCheck } from '../../../engine/checks/etcd.ts';
import { markersCheck } from '../../../engine/checks/markers.ts';
import { restartedAfterRestoreCheck } from '../../../engine/checks/restarted-after-restore.ts';
import { sameNodeCheck } from '../../../engine/checks/same-node.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import type { KubeApi } from '../../../engine/providers/provider.ts';
import { type Answer, AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at, node, witnessed } from './record-builder.ts';
import { original, restored, restoreRecord } from './restore-record.ts';

const contextFor = (
  timeline: readonly TimelineEvent[],
  answers: readonly (readonly [RegExp, Answer])[] = [],
  kube: KubeApi = new FakeKube({}),
) => ({ ...contextOf(kube, new AnsweringMachine('cp1', answers)), timeline: () => Promise.resolve(timeline) });

const etcd = (open: string, wanted: Answer, timeline = restoreRecord()) =>
  etcdCheck.evaluate(
    contextFor(timeline, [
      [/pgrep -x etcd/, { stdout: open }],
      [/stat -L .*\/new\/member\/snap\/db$/, wanted],
    ]),
    { node: 'cp1', expect: { dataDirIs: '/new', restored: true } },
    'assert',
  );

test('the directory in use is the one whose database etcd has open', async () => {
  expect((await etcd('1:9 /var/lib/etcd/member/snap/db\n', { stdout: '1:9\n' })).result).toBe('passed');
  expect(await etcd('1:4 /var/lib/etcd/member/snap/db\n', { stdout: '1:9\n' })).toMatchObject({
    result: 'failed',
    found:
      'there is a database in /new on cp1, but etcd has another one open; in its container it is /var/lib/etcd/member/snap/db',
  });
  expect(await etcd('1:4 /x/member/snap/db\n', { exitCode: 66 })).toMatchObject({
    result: 'failed',
    found: /no database/,
  });
  expect(await etcd('', { stdout: '1:9\n' })).toMatchObject({ result: 'failed', found: /^no etcd runs/ });
});

test('a copy of the old directory is no restore, and without a record nothing is said', async () => {
  const copied = { ...restored, raftIndex: 2110, revision: 2010, data: '1:7' };
  const found = await etcd('1:9 /x/member/snap/db\n', { stdout: '1:9\n' }, restoreRecord([original, copied]));
  expect(found).toMatchObject({ result: 'failed', found: /^etcd on cp1 goes on with the data it had/ });
  expect((await etcd('1:9 /x/member/snap/db\n', { stdout: '1:9\n' }, [])).result).toBe('errored');
});

const started = (...times: readonly number[]): (readonly [RegExp, Answer])[] =>
  ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name, index) => {
    const createdAt = `${at(times[index] ?? 0)}000000`;
    return [
      new RegExp(`\\^${name}\\$`),
      { stdout: JSON.stringify({ containers: [{ id: name, state: 'CONTAINER_RUNNING', createdAt }] }) },
    ];
  });
const restart = (timeline: readonly TimelineEvent[], ...times: readonly number[]) =>
  restartedAfterRestoreCheck.evaluate(contextFor(timeline, started(...times)), { node: 'cp1' }, 'assert');

test('whoever has seen the old data has to be started anew', async () => {
  expect((await restart(restoreRecord(), 28, 29, 31)).result).toBe('passed');
  expect(await restart(restoreRecord(), -200, 29, 31)).toMatchObject({
    result: 'failed',
    found: /\(revision 2000 before, 1210 after\), and kube-apiserver has run since/,
  });
  expect((await restart(restoreRecord([original]), -200, -200, -200)).result).toBe('passed');
});

test('a revision that was raised leaves nobody behind', async () => {
  const raised = { ...restored, revision: 1_000_001_210 };
  expect((await restart(restoreRecord([original, raised]), -200, -200, -200)).result).toBe('passed');
});

const untouched = (listing: string, timeline = restoreRecord()) =>
  dataDirUntouchedCheck.evaluate(
    contextFor(timeline, [[/^sh -c find/, { stdout: listing }]]),
    { node: 'cp1', in: ['/var/lib/etcd'] },
    'assert',
  );
const written = (second: number) => `${at(second) / 1000}.5 /var/lib/etcd\n`;

test('the old directory is as etcd left it', async () => {
  expect((await untouched(written(9))).result).toBe('passed');
  expect((await untouched('', restoreRecord([{ ...original, to: 60 }]))).result).toBe('passed');
  expect(await untouched('')).toMatchObject({ result: 'failed', found: /^no directory there has the log of etcd/ });
  expect(await untouched(written(40))).toMatchObject({ result: 'failed', found: /was written to 29 s after/ });
  expect(await untouched(written(-50))).toMatchObject({ result: 'failed', found: /ends before that/ });
  expect((await untouched(written(9), [])).result).toBe('errored');
});

test('a restore into the old place is not the old data, whatever number the directory got', async () => {
  const over = restoreRecord([original, { ...restored, data: '1:7' }]);
  expect((await untouched(written(59), over)).result).toBe('failed');
});

const name = (marker: number) => `ConfigMap/markers/marker-${String(marker).padStart(6, '0')}`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const holding = (...numbers: readonly number[]) =>
  new FakeKube({ 'Namespace/default': {}, ...Object.fromEntries(numbers.map((number) => [name(number), {}])) });
const point = (kube: KubeApi, timeline = restoreRecord(), mostLost?: number) =>
  markersCheck.evaluate(
    contextFor(timeline, [[/^curl/, { exitCode: 7 }]], kube),
    mostLost === undefined ? { node: 'cp1', restoredTo: 'last-backup' } : { node: 'cp1', mostLost },
    'assert',
  );

test('the restore point is that of the backup, and the cluster goes on from there', async () => {
  expect(await point(holding(...range(1, 10), ...range(40, 49)))).toMatchObject({
    result: 'passed',
    found: /the objects written before the backup of 13:58:49 UTC .* are there, the 25 written after it are not/,
  });
  expect(await point(holding(...range(1, 37), ...range(40, 49)))).toMatchObject({
    result: 'failed',
    found: /^what was written after the backup/,
  });
  expect(await point(holding(...range(40, 49)))).toMatchObject({
    result: 'failed',
    found: /^nothing is there of the 10/,
  });
  expect(await point(holding(...range(1, 6), ...range(40, 49)))).toMatchObject({
    result: 'failed',
    found: /but not all/,
  });
  expect(await point(holding(...range(1, 10)))).toMatchObject({
    result: 'failed',
    found: /newest object was accepted/,
  });
});

test('without a restore everything is there that came after the backup', async () => {
  const going = restoreRecord([{ ...original, to: 60 }]);
  expect(await point(holding(...range(1, 49)), going)).toMatchObject({
    result: 'failed',
    found: /^what was written after/,
  });
});

test('what is lost is counted', async () => {
  expect((await point(holding(...range(1, 37), ...range(40, 49)), restoreRecord(), 0)).result).toBe('passed');
  expect((await point(holding(...range(1, 36), ...range(40, 49)), restoreRecord(), 1)).result).toBe('passed');
  expect(await point(holding(...range(1, 10), ...range(40, 49)), restoreRecord(), 1)).toMatchObject({
    result: 'failed',
    found: /^25 of 35 objects are lost, all since .*: 81 s of work$/,
  });
  expect((await point(holding(...range(40, 49)), restoreRecord(), 1)).result).toBe('failed');
});

test('an API server that is down is a fact; what cannot be read, or does not fit together, is none', async () => {
  const silent: KubeApi = Object.assign(new FakeKube({}), { read: () => Promise.reject(new Error('no answer')) });
  expect(await point(silent)).toMatchObject({ result: 'failed', found: /the connection is refused/ });
  expect((await point(holding(1), [])).result).toBe('errored');
  await expect(point(holding(...range(1, 8), 10, ...range(40, 49)))).rejects.toThrow(/an? (earlier|later) one/);
});

const same = (kube: KubeApi, timeline = witnessed(60, [node(-3)]), curl: Answer = { exitCode: 7 }) =>
  sameNodeCheck.evaluate(contextFor(timeline, [[/^curl/, curl]], kube), { node: 'w1', controlPlane: 'cp1' }, 'assert');
const failing = (error: Error): KubeApi => Object.assign(new FakeKube({}), { read: () => Promise.reject(error) });

test('a node is the one that it was by its uid, and another cluster knows none', async () => {
  expect((await same(new FakeKube({ 'Node/w1': { metadata: { uid: 'uid-w1' } } }))).result).toBe('passed');
  expect(await same(new FakeKube({ 'Node/w1': { metadata: { uid: 'x' } } }))).toMatchObject({
    found: /another object now/,
  });
  expect(await same(new FakeKube({}))).toMatchObject({ result: 'failed', found: 'the cluster knows no node w1' });
  const stranger = new Error('no answer', {
    cause: new TypeError('fetch failed', {
      cause: Object.assign(new Error('self-signed certificate in certificate chain'), {
        code: 'SELF_SIGNED_CERT_IN_CHAIN',
      }),
    }),
  });
  expect(await same(failing(stranger))).toMatchObject({ result: 'failed', meaning: /the API of another cluster/ });
  expect(await same(failing(new Error('no answer')))).toMatchObject({ result: 'failed', found: /refused/ });
  const answering = { stdout: 'ok\n200' };
  await expect(same(failing(new Error('reset')), witnessed(60, [node(-3)]), answering)).rejects.toThrow('reset');
  expect((await same(new FakeKube({}), [])).result).toBe('errored');
});
