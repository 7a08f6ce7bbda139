import { expect, test } from 'vitest';
import { etcdQuotaCheck } from '../../../engine/checks/etcd-quota.ts';
import { etcdSpaceCheck } from '../../../engine/checks/etcd-space.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { type Answer, AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { facts } from './ha-record.ts';
import { at } from './record-builder.ts';

const mebibyte = 2 ** 20;
const status = (more: object): Answer => ({
  stdout: JSON.stringify([
    { Endpoint: 'x', Status: { dbSize: 8 * mebibyte, dbSizeInUse: 4 * mebibyte, dbSizeQuota: 32 * mebibyte, ...more } },
  ]),
});
const down: Answer = { exitCode: 1, stderr: 'context deadline exceeded' };

function context(answer: Answer, timeline: readonly TimelineEvent[], files: Readonly<Record<string, string>> = {}) {
  const machine = new AnsweringMachine('cp1', [[/^etcdctl .*endpoint status/, answer]], files);
  return { ...contextOf(new FakeKube({}), machine), timeline: () => Promise.resolve(timeline) };
}

const asked = (answers: boolean): TimelineEvent => ({
  at: at(59),
  kind: 'etcd',
  node: 'cp1',
  ...(answers ? { facts: facts('cp1') } : {}),
});
const look = (answer: Answer, timeline: readonly TimelineEvent[] = []) =>
  etcdSpaceCheck.evaluate(context(answer, timeline), { node: 'cp1', mostUsed: '50%' }, 'converge');

test('there is room when no alarm is raised and the file is small', async () => {
  expect(await look(status({}))).toMatchObject({
    result: 'passed',
    found: 'no alarm is raised, and its database takes 8.0 of 32.0 MiB, 4.0 of them in use',
  });
});

test('an alarm counts, whatever room there is', async () => {
  expect(await look(status({ errors: ['memberID:12 alarm:NOSPACE ', 'etcdserver: no leader'] }))).toMatchObject({
    result: 'failed',
    found: expect.stringMatching(/^etcd on cp1 has the alarm NOSPACE raised; /) as string,
  });
});

test.each([
  ['what fills it is still there', 30, /objects that nobody needs/],
  ['what was given up is free within the file', 3, /defragmentation/],
])('a large file: %s', async (_, inUse, meaning) => {
  const finding = await look(status({ dbSize: 31 * mebibyte, dbSizeInUse: inUse * mebibyte }));
  expect(finding).toMatchObject({ result: 'failed', meaning: expect.stringMatching(meaning) as string });
});

test('an etcd that is down fails, one that only did not answer here is not judged', async () => {
  expect(await look(down, [asked(false)])).toMatchObject({ result: 'failed', found: 'etcd on cp1 does not answer' });
  await expect(look(down, [asked(true)])).rejects.toThrow('got no answer');
  await expect(look(down, [])).rejects.toThrow('got no answer');
});

const manifest = '/etc/kubernetes/manifests/etcd.yaml';
const yaml = (argument: string) => `    - etcd\n    ${argument}\n    - --data-dir=/var/lib/etcd\n`;
const small = yaml(`- --quota-backend-bytes=${32 * mebibyte}`);

/** What the reporter of cp1 said of the manifest when the drill began. */
const report = (text: string): TimelineEvent => ({
  at: at(-5),
  kind: 'machine',
  node: 'cp1',
  report: {
    ...{ bootedAt: at(-300), units: {}, programs: {}, files: {} },
    manifests: { [manifest]: Buffer.from(text).toString('base64') },
  },
});
const compare = (before: string, now: string | undefined, answer: Answer) =>
  etcdQuotaCheck.evaluate(
    context(answer, [report(before)], now === undefined ? {} : { [manifest]: now }),
    { node: 'cp1' },
    'converge',
  );

test('the quota is kept in the manifest and in the process', async () => {
  expect((await compare(small, small, status({}))).result).toBe('passed');
  // An etcd that is down has no other quota than its manifest.
  expect((await compare(small, small, down)).result).toBe('passed');
  expect((await compare(yaml(''), yaml(''), status({ dbSizeQuota: undefined }))).result).toBe('passed');
});

test.each<[string, string | undefined, Answer, string | RegExp]>([
  [
    'raised',
    yaml(`- "--quota-backend-bytes=${64 * mebibyte}"`),
    status({ dbSizeQuota: 64 * mebibyte }),
    `${manifest} says 64 MiB`,
  ],
  ['taken out', yaml(''), status({ dbSizeQuota: 2048 * mebibyte }), `${manifest} says 2048 MiB`],
  ['commented out', yaml(`# - --quota-backend-bytes=${32 * mebibyte}`), down, `${manifest} says 2048 MiB`],
  ['put back, but not at work', small, status({ dbSizeQuota: 64 * mebibyte }), 'etcd still runs with 64 MiB'],
  ['gone with the manifest', undefined, down, `there is no ${manifest} on cp1`],
])('a quota that was %s is seen', async (_, now, answer, found) => {
  expect(await compare(small, now, answer)).toMatchObject({ result: 'failed', found });
});

test('without a record of the start nothing is said of the quota', async () => {
  const finding = await etcdQuotaCheck.evaluate(
    context(status({}), [], { [manifest]: small }),
    { node: 'cp1' },
    'assert',
  );
  expect(finding.result).toBe('errored');
});
