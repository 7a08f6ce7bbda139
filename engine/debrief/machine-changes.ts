import type { MachineChange } from '../domain/debrief.ts';
import type { MachineReport, TimelineEvent } from '../domain/timeline.ts';
import type { Frame } from './spans.ts';

const mostChanges = 500;

/** What changed on the machines while the learner worked: programs, units, files of the control plane, etcd's data. */
export function machineChanges(timeline: readonly TimelineEvent[], frame: Frame): readonly MachineChange[] {
  const last = new Map<string, MachineReport>();
  const changes: MachineChange[] = [];
  for (const event of timeline) {
    if (event.kind !== 'machine' || event.at > frame.until) continue;
    const before = last.get(event.node);
    // While etcd is down nothing is known of its data: the next one that runs is compared with the last that did.
    const etcd = event.report.etcd ?? before?.etcd;
    last.set(event.node, etcd === undefined ? event.report : { ...event.report, etcd });
    if (before === undefined || event.at < frame.zero) continue;
    for (const { text, key } of differences(before, event.report)) {
      changes.push({ at: event.at - frame.zero, node: event.node, text, key: `${event.node} ${key}` });
    }
  }
  return changes.slice(0, mostChanges);
}

type Difference = Pick<MachineChange, 'text' | 'key'>;

function differences(before: MachineReport, after: MachineReport): Difference[] {
  // The start of PID 1 is told in milliseconds that may differ by rounding.
  const isRebooted = after.bootedAt - before.bootedAt > 2_000;
  if (isRebooted) return [said('the machine was started again'), ...programs(before, after), ...files(before, after)];
  return [...programs(before, after), ...units(before, after), ...files(before, after), ...etcdData(before, after)];
}

function programs(before: MachineReport, after: MachineReport): Difference[] {
  return Object.entries(after.programs).flatMap(([name, version]) => {
    const old = before.programs[name];
    return old === version ? [] : [said(`${name} ${old === undefined ? '' : `${old} → `}${version} on the disk`)];
  });
}

function units(before: MachineReport, after: MachineReport): Difference[] {
  return Object.entries(after.units).flatMap(([name, unit]) => {
    const old = before.units[name];
    if (old === undefined) return [];
    if (old.active !== unit.active) return [said(`${name} is ${unit.active}`)];
    const isRestarted = unit.startedAt > 0 && old.startedAt > 0 && unit.startedAt - old.startedAt > 1_000;
    return [
      ...(isRestarted ? [said(`${name} was restarted`)] : []),
      ...(old.file === unit.file
        ? []
        : [said(`${name} is ${unit.file === '' ? 'without a unit file' : unit.file} at boot`)]),
    ];
  });
}

function files(before: MachineReport, after: MachineReport): Difference[] {
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].toSorted();
  return paths.flatMap((path) => {
    const [old, now] = [before.files[path], after.files[path]];
    if (old === now) return [];
    return [said(`${path} ${old === undefined ? 'is new' : now === undefined ? 'is gone' : 'was changed'}`)];
  });
}

function etcdData({ etcd: old }: MachineReport, { etcd: now }: MachineReport): Difference[] {
  if (old === undefined || now === undefined || old.data === now.data) return [];
  // Where to is the learner's choice: the deed is the same.
  return [{ text: `etcd works in ${now.path} now`, key: 'etcd works in another data directory' }];
}

function said(text: string): Difference {
  return { text, key: text };
}
