import { describe, expect, test } from 'vitest';
import { judgeDrainedAtRestart } from '../../../engine/checks/drained-at-restart.ts';
import { judgeRebooted } from '../../../engine/checks/rebooted.ts';
import type { TimelineEvent } from '../../../engine/domain/timeline.ts';
import { at, drill, node, pod, watch, witnessed } from './record-builder.ts';

/** What w1 reports: when its machine and its containerd were started, in seconds of the drill. */
const report = (second: number, booted: number, containerd: number): TimelineEvent => ({
  at: at(second),
  kind: 'machine',
  node: 'w1',
  report: {
    bootedAt: at(booted),
    units: { containerd: { active: 'active', file: 'enabled', startedAt: containerd === 0 ? 0 : at(containerd) } },
    programs: {},
    files: {},
    manifests: {},
  },
});
const alive = (from: number, to: number): TimelineEvent[] =>
  Array.from({ length: to - from }, (_, second) => ({ at: at(from + second), kind: 'machine-alive', node: 'w1' }));

/** The machine is away from second 40 to 52. */
const rebooted = [report(-5, -300, -299), ...alive(-5, 40), report(52, 45, 46), ...alive(52, 121)];
const steady = [report(-5, -300, -299), ...alive(-5, 121)];
const record = (events: readonly TimelineEvent[]) => witnessed(120, [node(-4), ...events]);
const cordon = node(20, { unschedulable: true });
const mayStay = [pod(-4, { name: 'agent-1', owner: 'DaemonSet' }), pod(-4, { name: 'static', owner: 'Mirror' })];

describe('rebooted', () => {
  const look = (events: readonly TimelineEvent[]) => judgeRebooted(record(events), drill(120), { node: ['w1'] });

  test('a machine that was started anew', () => {
    expect(look(rebooted)).toMatchObject({ result: 'passed', found: 'w1 at 14:00:45 UTC (45 s into the drill)' });
  });

  test('a machine that was not, and one that was before the drill', () => {
    expect(look(steady)).toMatchObject({ result: 'failed', found: 'w1 has run since before the drill' });
  });

  test('a machine that is not back yet is not known of', () => {
    expect(look([report(-5, -300, -299), ...alive(-5, 40)]).result).toBe('errored');
  });
});

describe('drained-at-restart', () => {
  const look = (restartOf: 'machine' | 'containerd', events: readonly TimelineEvent[]) =>
    judgeDrainedAtRestart(record(events), drill(120), { node: ['w1'], restartOf });

  test.each(['machine', 'containerd'] as const)('%s: cordoned, with nothing left but what may stay', (restartOf) => {
    const gone = [pod(-4), pod(30, { change: 'gone' })];
    const finding = look(restartOf, [...rebooted, ...mayStay, ...gone, cordon]);
    expect(finding).toMatchObject({ result: 'passed', found: 'w1 had been drained' });
  });

  test.each([
    ['machine', 'when machine w1 was started at 14:00:45 UTC (45 s into the drill), these pods were on it: shop/web-1'],
    [
      'containerd',
      'when containerd on w1 was started at 14:00:46 UTC (46 s into the drill), these pods were on it: shop/web-1',
    ],
  ] as const)('%s: with pods on it', (restartOf, found) => {
    expect(look(restartOf, [...rebooted, ...mayStay, pod(-4), cordon])).toMatchObject({ result: 'failed', found });
  });

  test('empty and not cordoned', () => {
    expect(look('machine', [...rebooted, ...mayStay]).found).toContain('empty but not cordoned');
  });

  test('containerd alone, and not a time at which it does not run', () => {
    const events = [...steady, report(60, -300, 0), report(64, -300, 62), pod(-4)];
    expect(look('machine', events)).toMatchObject({ result: 'passed', found: 'nothing was started anew' });
    expect(look('containerd', events).found).toContain('14:01:02');
    expect(look('containerd', events).found).not.toContain(' and ');
  });

  test('what was not seen is not held against anybody', () => {
    const blind = [watch(42, 'lost'), watch(50, 'listed')];
    expect(look('machine', [...rebooted, ...blind, pod(-4)]).result).toBe('errored');
    expect(look('machine', [report(-5, -300, -299), ...alive(-5, 40)]).result).toBe('errored');
  });
});
