import { expect, test } from 'vitest';
import { backupBeforeUpgradeCheck } from '../../../engine/checks/backup-before-upgrade.ts';
import type { EtcdFacts, TimelineEvent } from '../../../engine/domain/timeline.ts';
import type { ExecResult } from '../../../engine/system/exec.ts';
import { contextOf, FakeKube, FakeMachine } from './fake-context.ts';
import { at, drill, witnessed } from './record-builder.ts';

/** Answers what a snapshot of that revision makes programs say; without a revision there is no file. */
class SnapshotMachine extends FakeMachine {
  readonly #revision: number | undefined;

  constructor(revision: number | undefined) {
    super('cp1');
    this.#revision = revision;
  }

  override async exec(argv: readonly string[]): Promise<ExecResult> {
    const result = await super.exec(argv);
    if (this.#revision === undefined) return { ...result, exitCode: 66 };
    if (argv[0] === 'sh') return { ...result, stdout: '544\naa\naa\next4\n/opt/backup/s.db\n600\n' };
    return { ...result, stdout: JSON.stringify({ hash: 1, revision: this.#revision, totalKey: 3 }) };
  }
}

const etcd = (second: number, revision: number): TimelineEvent => ({
  at: at(second),
  kind: 'etcd',
  node: 'cp1',
  facts: { revision } as EtcdFacts,
});
const report = (second: number, sum: string): TimelineEvent => ({
  at: at(second),
  kind: 'machine',
  node: 'cp1',
  report: {
    bootedAt: 0,
    units: {},
    programs: {},
    files: { '/etc/kubernetes/manifests/etcd.yaml': sum, '/etc/x': sum },
  },
});
const alive = Array.from({ length: 70 }, (_, second): TimelineEvent => {
  return { at: at(second - 5), kind: 'machine-alive', node: 'cp1' };
});

function look(
  events: readonly TimelineEvent[],
  options: { revision?: number; heard?: (event: TimelineEvent) => boolean } = {},
) {
  const timeline = witnessed(60, [...alive.filter(options.heard ?? (() => true)), ...events]);
  const context = {
    ...contextOf(new FakeKube({}), new SnapshotMachine(options.revision)),
    ...drill(60),
    timeline: () => Promise.resolve(timeline),
  };
  return backupBeforeUpgradeCheck.evaluate(context, { node: 'cp1', snapshot: '/opt/backup/s.db' }, 'assert');
}

const upgraded = [
  report(-5, 'old'),
  etcd(10, 500),
  etcd(29, 600),
  report(30, 'new'),
  etcd(40, 640),
  report(50, 'newer'),
];

test('a snapshot of before the first change', async () => {
  expect(await look(upgraded, { revision: 550 })).toMatchObject({
    result: 'passed',
    found:
      'the control plane on cp1 was first changed at 14:00:30 UTC (30 s into the drill), when etcd was at revision 640; the snapshot has 550',
  });
});

test('a snapshot of afterwards, or none, is no way back', async () => {
  expect((await look(upgraded, { revision: 700 })).result).toBe('failed');
  expect((await look(upgraded)).result).toBe('failed');
});

test('nothing changed needs no way back, unless nobody could see it', async () => {
  expect((await look([report(-5, 'old'), etcd(10, 500)])).result).toBe('passed');
  const heard = (event: TimelineEvent) => event.at < at(5) || event.at > at(40);
  expect((await look([report(-5, 'old'), etcd(10, 500)], { heard })).result).toBe('errored');
});

test('without an answer of etcd there is nothing to compare with', async () => {
  expect((await look([report(-5, 'old'), report(30, 'new')], { revision: 550 })).result).toBe('errored');
});
