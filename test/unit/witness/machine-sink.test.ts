import { beforeEach, expect, test } from 'vitest';
import type { MachineReport, TimelineEvent } from '../../../engine/domain/timeline.ts';
import type { TakeBody } from '../../../engine/witness/listener.ts';
import { createMachineSink } from '../../../engine/witness/machine-sink.ts';
import { createSenders, type Senders } from '../../../engine/witness/senders.ts';
import { FakeClock } from './fake-clock.ts';

const report: MachineReport = {
  bootedAt: 1,
  units: { kubelet: { active: 'active', file: 'enabled', startedAt: 2 } },
  programs: { kubeadm: 'v1.34.4' },
  files: { '/etc/kubernetes/admin.conf': 'abc' },
};

let clock: FakeClock;
let events: TimelineEvent[];
let failing: boolean;
let take: TakeBody;
let senders: Senders;

beforeEach(() => {
  [clock, events, failing] = [new FakeClock(), [], false];
  const record = (event: TimelineEvent) => {
    if (failing) throw new Error('disk full');
    events.push(event);
  };
  senders = createSenders();
  take = createMachineSink({ clock, record, senders });
});

const send = (node: string, what: object = report, from?: string) => take(JSON.stringify({ node, report: what }), from);
const noted = () => events.map((event) => [event.kind, 'node' in event && event.node]);

test('the first report and each one that brings something new are recorded whole, per node', () => {
  const stopped = { ...report, units: { kubelet: { active: 'inactive', file: 'enabled', startedAt: 0 } } };
  expect([send('cp1'), send('w1'), send('cp1', stopped), send('w1')]).toEqual([200, 200, 200, 200]);
  expect(events).toEqual([
    { at: clock.time, kind: 'machine', node: 'cp1', report },
    { at: clock.time, kind: 'machine', node: 'w1', report },
    { at: clock.time, kind: 'machine', node: 'cp1', report: stopped },
  ]);
});

test('reports without news are noted about every 4 s, in whatever order their keys are', async () => {
  const { files, ...rest } = report;
  for (let turn = 0; turn < 5; turn += 1) {
    send('cp1', turn % 2 === 0 ? report : { files, ...rest });
    await clock.advance(2_050);
  }
  expect(noted()).toEqual([
    ['machine', 'cp1'],
    ['machine-alive', 'cp1'],
    ['machine-alive', 'cp1'],
  ]);
});

test('what could not be recorded counts when it is sent again', () => {
  failing = true;
  expect(() => send('cp1')).toThrow('disk full');
  failing = false;
  send('cp1');
  expect(noted()).toEqual([['machine', 'cp1']]);
});

test.each([
  ['no JSON', '{"node":"cp1","report":{'],
  ['no object', '[]'],
  ['no node', JSON.stringify({ report })],
  ['a node that is no name', JSON.stringify({ node: 'cp1\n', report })],
  ['half a report', JSON.stringify({ node: 'cp1', report: { ...report, files: undefined } })],
  ['a boot that is no time', JSON.stringify({ node: 'cp1', report: { ...report, bootedAt: '1' } })],
])('what is no report is answered 400 and leaves no trace: %s', (_what, body) => {
  expect(take(body, undefined)).toBe(400);
  expect(events).toEqual([]);
});

test('as soon as the machines are known, each may speak for itself only', () => {
  senders.use([
    { name: 'cp1', address: '10.210.0.2', role: 'control-plane' },
    { name: 'w1', address: '10.210.0.3', role: 'worker' },
  ]);
  expect(send('cp1', report, '10.210.0.2')).toBe(200);
  expect(send('w1', report, '::ffff:10.210.0.3')).toBe(200);
  expect(['10.210.0.3', '10.210.0.4', '', undefined].map((from) => send('cp1', report, from))).toEqual([
    403, 403, 403, 403,
  ]);
  expect(send('w2', report, '10.210.0.3')).toBe(403);
  expect(noted()).toEqual([
    ['machine', 'cp1'],
    ['machine', 'w1'],
  ]);
});
