import { describe, expect, test } from 'vitest';
import {
  answeredSpans,
  apiServerGaps,
  apiServerSamples,
  etcdGaps,
  machineGaps,
  machineSamples,
  machineStarts,
  markersWritten,
  sampleAt,
  samplesWithin,
  silentSpans,
} from '../../../engine/checks/node-record.ts';
import type { MachineReport, TimelineEvent } from '../../../engine/domain/timeline.ts';
import { at, drill, start } from './record-builder.ts';

const inSeconds = (spans: readonly { from: number; to: number }[]) =>
  spans.map(({ from, to }) => [(from - start) / 1000, (to - start) / 1000]);

/** What the witness writes about cp1's API server: every 2 s, without a version while it is down, nothing while unseen. */
function versions(until: number, options: { down?: [number, number]; unseen?: [number, number] } = {}) {
  const { down = [0, 0], unseen = [0, 0] } = options;
  const events: TimelineEvent[] = [];
  for (let second = -4; second <= until; second += 2) {
    if (second > unseen[0] && second < unseen[1]) continue;
    const silent = second > down[0] && second < down[1];
    events.push({ at: at(second), kind: 'apiserver', node: 'cp1', ...(silent ? {} : { version: 'v1.34.4' }) });
  }
  return events;
}

const report = (bootedAt: number, more: Partial<MachineReport> = {}): MachineReport => ({
  bootedAt,
  units: {},
  programs: { kubeadm: 'v1.34.4' },
  files: {},
  ...more,
});
const machine = (second: number, what: MachineReport): TimelineEvent => ({
  at: at(second),
  kind: 'machine',
  node: 'w1',
  report: what,
});

/** Notes of w1's reporter every 4 s, but for the seconds between the two. */
function reporting(until: number, silence: [number, number] = [0, 0]): TimelineEvent[] {
  const seconds = Array.from({ length: until / 4 + 1 }, (_, index) => index * 4);
  return seconds
    .filter((second) => second <= silence[0] || second >= silence[1])
    .map((second) => ({ at: at(second), kind: 'machine-alive', node: 'w1' }));
}

const record = (...events: TimelineEvent[][]) => events.flat().toSorted((a, b) => a.at - b.at);

describe('samples', () => {
  test('are those of one node and one kind', () => {
    const timeline: TimelineEvent[] = [
      { at: at(1), kind: 'apiserver', node: 'cp1', version: 'v1.34.4' },
      { at: at(1), kind: 'apiserver', node: 'cp2', version: 'v1.35.4' },
      { at: at(2), kind: 'apiserver', node: 'cp1' },
      { at: at(3), kind: 'etcd', node: 'cp1' },
    ];
    expect(apiServerSamples(timeline, 'cp1')).toEqual([{ at: at(1), answer: 'v1.34.4' }, { at: at(2) }]);
  });

  test('the last one at or before a time is in force', () => {
    const samples = machineSamples([machine(1, report(1)), machine(9, report(2))], 'w1');
    expect([0, 1, 8, 9, 99].map((second) => sampleAt(samples, at(second))?.answer?.bootedAt)).toEqual([
      undefined,
      1,
      1,
      2,
      2,
    ]);
  });

  test('a window begins with the one in force at its start', () => {
    const samples = machineSamples([machine(-9, report(1)), machine(-5, report(2)), machine(5, report(3))], 'w1');
    const within = samplesWithin(samples, drill(10)).map(({ at: time, answer }) => [time, answer?.bootedAt]);
    expect(within).toEqual([
      [start, 2],
      [at(5), 3],
    ]);
    expect(samplesWithin(samples, { since: at(-20), until: at(-7) }).map(({ at: time }) => time)).toEqual([at(-9)]);
  });
});

describe('spans of a server that is asked', () => {
  test('answering all the time is one span over the window, and no silence', () => {
    const samples = apiServerSamples(versions(61), 'cp1');
    expect(inSeconds(answeredSpans(samples, drill(61)))).toEqual([[0, 61]]);
    expect(silentSpans(samples, drill(61))).toEqual([]);
  });

  test('silence reaches from the last answer to the next one', () => {
    const samples = apiServerSamples(versions(60, { down: [20, 30] }), 'cp1');
    expect(inSeconds(silentSpans(samples, drill(60)))).toEqual([[20, 30]]);
    expect(inSeconds(answeredSpans(samples, drill(60)))).toEqual([
      [0, 20],
      [30, 60],
    ]);
  });

  test('silence that was there before and stays is clipped to the window', () => {
    const samples = apiServerSamples(versions(60, { down: [-5, 99] }), 'cp1');
    expect(inSeconds(silentSpans(samples, drill(60)))).toEqual([[0, 60]]);
  });

  test('a time in which nobody asked is in neither, and a gap', () => {
    const timeline = versions(60, { unseen: [20, 30] });
    const samples = apiServerSamples(timeline, 'cp1');
    expect(inSeconds(answeredSpans(samples, drill(60)))).toEqual([
      [0, 20],
      [30, 60],
    ]);
    expect(silentSpans(samples, drill(60))).toEqual([]);
    expect(inSeconds(apiServerGaps(timeline, 'cp1', drill(60)))).toEqual([[20, 30]]);
  });

  test('a record that ends before the window does says nothing about the rest', () => {
    const timeline = versions(40);
    expect(inSeconds(answeredSpans(apiServerSamples(timeline, 'cp1'), drill(60)))).toEqual([[0, 40]]);
    expect(inSeconds(apiServerGaps(timeline, 'cp1', drill(60)))).toEqual([[40, 60]]);
  });

  test('no answer is no gap, and another node or kind fills none', () => {
    const timeline = versions(60, { down: [10, 50] });
    expect(apiServerGaps(timeline, 'cp1', drill(60))).toEqual([]);
    expect(inSeconds(apiServerGaps(timeline, 'cp2', drill(60)))).toEqual([[0, 60]]);
    expect(etcdGaps(timeline, 'cp1', drill(60))).toEqual([
      { from: start, to: at(60), what: 'the witness did not ask etcd on cp1' },
    ]);
  });
});

describe('gaps of a machine', () => {
  test('there are none while it reports', () => {
    expect(machineGaps(record([machine(-9, report(1))], reporting(60)), 'w1', drill(60))).toEqual([]);
  });

  test('a reporter that is silent and comes back on the same machine leaves one', () => {
    const timeline = record([machine(-9, report(1)), machine(45, report(1))], reporting(60, [10, 44]));
    expect(inSeconds(machineGaps(timeline, 'w1', drill(60)))).toEqual([[8, 44]]);
  });

  test('a restart of the machine is none', () => {
    const timeline = record([machine(-9, report(1)), machine(44, report(at(30)))], reporting(60, [10, 44]));
    expect(machineGaps(timeline, 'w1', drill(60))).toEqual([]);
    expect(machineStarts(timeline, 'w1', drill(60))).toEqual([at(30)]);
  });

  test('nor is one of which the window shows only a part', () => {
    const timeline = record([machine(-40, report(1)), machine(44, report(at(30)))], reporting(60, [-1, 44]));
    expect(machineGaps(timeline, 'w1', drill(60))).toEqual([]);
  });

  test('a restart that takes longer than three minutes is one', () => {
    const timeline = record([machine(-9, report(1)), machine(204, report(at(200)))], reporting(220, [10, 204]));
    expect(inSeconds(machineGaps(timeline, 'w1', drill(220)))).toEqual([[8, 204]]);
  });

  test('a machine that does not come back, and one that never was there, have one', () => {
    const timeline = record([machine(-9, report(1))], reporting(60, [10, 99]));
    expect(inSeconds(machineGaps(timeline, 'w1', drill(60)))).toEqual([[8, 60]]);
    expect(inSeconds(machineGaps(timeline, 'w2', drill(60)))).toEqual([[0, 60]]);
  });

  test('a start before the window is not one of its starts', () => {
    const timeline = [machine(-9, report(at(-99))), machine(5, report(at(-99), { programs: {} }))];
    expect(machineStarts(timeline, 'w1', drill(60))).toEqual([]);
  });
});

test('markers are those accepted within the window', () => {
  const timeline: TimelineEvent[] = [-3, 0, 3, 6].map((second, index) => ({
    at: at(second),
    kind: 'marker',
    marker: index + 7,
  }));
  expect(markersWritten(timeline, drill(5))).toEqual([
    { at: start, marker: 8 },
    { at: at(3), marker: 9 },
  ]);
});
