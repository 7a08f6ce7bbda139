import { expect, test } from 'vitest';
import { staticPodArgsKeptCheck } from '../../../engine/checks/static-pod-args-kept.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { AnsweringMachine } from './answering-machine.ts';
import { contextOf, FakeKube } from './fake-context.ts';
import { at } from './record-builder.ts';

const path = '/etc/kubernetes/manifests/etcd.yaml';
const spec = { node: 'cp1', component: 'etcd' as const, args: ['--data-dir', '--name'] };
const manifest = (...args: string[]) => `command:\n- etcd\n${args.map((arg) => `- ${arg}\n`).join('')}`;
const before = manifest('--data-dir=/var/lib/etcd-2', '--name=cp1');

const report = (second: number, text: string): TimelineEvent => ({
  at: at(second),
  kind: 'machine',
  node: 'cp1',
  report: {
    ...{ bootedAt: at(-300), units: {}, programs: {}, files: {} },
    manifests: { [path]: Buffer.from(text).toString('base64') },
  },
});

const look = (now: string | undefined, running: string, timeline: TimelineEvent[] = [report(-5, before)]) => {
  const machine = new AnsweringMachine('cp1', [[/./, { stdout: running }]], now === undefined ? {} : { [path]: now });
  const context = { ...contextOf(new FakeKube({}), machine), timeline: () => Promise.resolve(timeline) };
  return staticPodArgsKeptCheck.evaluate(context, spec, 'assert');
};
const process = 'etcd\n--data-dir=/var/lib/etcd-2\n--name=cp1\n--new=1\n';

test('arguments that are as they were pass, whatever was added, and of two the last one counts', async () => {
  const now = manifest('--data-dir=/var/lib/etcd', '--name=cp1', '--new=1', '"--data-dir=/var/lib/etcd-2"');
  expect((await look(now, process)).result).toBe('passed');
});

test.each([
  ['another value', manifest('--data-dir=/var/lib/etcd', '--name=cp1'), process, /--data-dir has another value/],
  ['a missing argument', manifest('--name=cp1'), process, /--data-dir is missing/],
  ['a manifest that is gone', undefined, process, /there is no /],
  ['a process of before', before, 'etcd\n--data-dir=/var/lib/etcd\n--name=cp1\n', /where etcd runs --data-dir has/],
  ['no process', before, '', /etcd does not run/],
])('%s fails', async (_, now, running, found) => {
  const finding = await look(now, running);
  expect(finding.result).toBe('failed');
  expect(finding.found).toMatch(found);
});

test('an argument that was not there and is now fails, too', async () => {
  const finding = await look(before, process, [report(-5, manifest('--name=cp1'))]);
  expect(finding.found).toContain('--data-dir is new');
});

test('what was is what was at the hand-over; without a report it is errored', async () => {
  expect((await look(before, process, [report(-60, manifest('--name=x')), report(-5, before)])).result).toBe('passed');
  expect((await look(before, process, [report(5, before)])).result).toBe('errored');
});
