import { expect, test } from 'vitest';
import { etcdDataKeptCheck } from '../../../engine/checks/etcd-data-kept.ts';
import { staticPodArgsCheck } from '../../../engine/checks/static-pod-args.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at } from './record-builder.ts';

const path = '/etc/kubernetes/manifests/etcd.yaml';
const original = '    - --data-dir=/var/lib/etcd\n';
const flagged = `    - --force-new-cluster\n${original}`;

interface Etcd {
  readonly text?: string;
  readonly startedSecond?: number;
  readonly data?: string;
}

/** What the reporter of cp1 says of etcd at that second. */
function report(second: number, { text, startedSecond, data = '1:7' }: Etcd): TimelineEvent {
  return {
    at: at(second),
    kind: 'machine',
    node: 'cp1',
    report: {
      bootedAt: at(-300),
      units: {},
      programs: {},
      files: {},
      manifests: text === undefined ? {} : { [path]: text },
      ...(startedSecond === undefined ? {} : { etcd: { startedAt: at(startedSecond), data, path: '/var/lib/etcd' } }),
    },
  };
}

const healthy = report(-5, { text: original, startedSecond: -100 });
const restarted = report(11, { text: original, startedSecond: 10 });
const edited = report(31, { text: flagged, startedSecond: 10 });
const forced = report(36, { text: flagged, startedSecond: 35 });

const keep = (madeSecond: number | undefined, events: readonly TimelineEvent[]) => {
  const stdout = madeSecond === undefined ? '' : `${at(madeSecond) / 1000} /opt/backup/etcd/member/snap/db\n`;
  const machine = new AnsweringMachine('cp1', [[/^sh -c find/, { stdout }]]);
  const context = { ...contextOf(new FakeKube({}), machine), timeline: () => Promise.resolve(events) };
  return etcdDataKeptCheck.evaluate(context, { node: 'cp1', copy: '/opt/backup/etcd' }, 'assert');
};

test('a copy counts when it was made before etcd was started in another way', async () => {
  const events = [healthy, restarted, edited, forced];
  expect((await keep(20, events)).result).toBe('passed');
  // The manifest was changed first, and etcd still ran as before.
  expect((await keep(33, events)).result).toBe('passed');
  expect(await keep(40, events)).toMatchObject({
    result: 'failed',
    found:
      '/opt/backup/etcd on cp1 was made at 14:00:40 UTC (40 s into the drill), after etcd had been started in another way at 14:00:35 UTC (35 s into the drill)',
  });
  expect(await keep(undefined, events)).toMatchObject({
    result: 'failed',
    found: expect.stringMatching(/holds no data directory/) as string,
  });
});

test('other data under the same manifest is another way, a restart is none', async () => {
  expect((await keep(40, [healthy, restarted])).result).toBe('passed');
  expect((await keep(40, [healthy, report(36, { text: original, startedSecond: 35, data: '1:8' })])).result).toBe(
    'failed',
  );
  // Stopped by moving the manifest away, and started as it was.
  expect((await keep(40, [healthy, report(20, {}), report(36, { text: original, startedSecond: 35 })])).result).toBe(
    'passed',
  );
});

test('without a record of the start nothing is said', async () => {
  expect((await keep(20, [forced])).result).toBe('errored');
  expect((await keep(-1_767_362_400, [healthy])).result).toBe('errored');
});

const argue = (manifest: string | undefined, running: string) => {
  const machine = new AnsweringMachine(
    'cp1',
    [[/^sh -c for pid in \$\(pgrep .* etcd$/, { stdout: running }]],
    manifest === undefined ? {} : { [path]: manifest },
  );
  const spec = { node: 'cp1', component: 'etcd' as const, without: ['--force-new-cluster'] };
  return staticPodArgsCheck.evaluate(contextOf(new FakeKube({}), machine), spec, 'assert');
};

test('an argument is seen in the manifest and in the process', async () => {
  const plain = 'etcd\n--data-dir=/var/lib/etcd\n';
  expect((await argue(original, plain)).result).toBe('passed');
  expect((await argue(`    # - --force-new-cluster\n${original}`, plain)).result).toBe('passed');
  for (const entry of ['- --force-new-cluster', '- "--force-new-cluster=true"', '-   --force-new-cluster=true']) {
    expect(await argue(`    ${entry}\n${original}`, plain)).toMatchObject({
      result: 'failed',
      found: expect.stringMatching(/etcd\.yaml on cp1 has --force/) as string,
    });
  }
  expect(await argue(original, `${plain}--force-new-cluster\n`)).toMatchObject({
    result: 'failed',
    found: 'the manifest on cp1 is without, but etcd still runs with --force-new-cluster',
  });
  expect(await argue(undefined, plain)).toMatchObject({
    result: 'failed',
    found: expect.stringMatching(/^there is no /) as string,
  });
});
