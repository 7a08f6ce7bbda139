import type { Debrief, Parting } from '../domain/debrief.ts';
import { type Milestone, milestonesOf } from './milestones.ts';

/**
 * Compares a way with the reference procedure's by what was done and changed, each kind of deed once. Two ways can differ
 * and both be right: this says where they part, the checks say whether it mattered.
 */
export function findParting(mine: Debrief, reference: Debrief): Parting {
  const [own, theirs] = [milestonesOf(mine), milestonesOf(reference)];
  const [deeds, wanted] = [deedsOf(own), deedsOf(theirs)];
  const common = commonKeys(deeds, wanted);
  const known = new Set(theirs.map(({ key }) => key));
  const consequences = firsts(own.filter(({ is, key }) => is === 'consequence' && !known.has(key)));
  const tell = (from: number) =>
    consequences.filter(({ at }) => at >= from - lateMs).map(({ at, text }) => ({ at, text }));

  const parted = deeds.find(({ key }) => !common.has(key));
  const place = parted === undefined ? deeds.length : deeds.indexOf(parted);
  const passed = new Set(deeds.slice(0, place).map(({ key }) => key));
  const next = wanted.find(({ key }) => !passed.has(key));
  const instead = next === undefined ? {} : { instead: { at: next.at, text: next.text } };
  if (parted !== undefined) {
    const kind = wanted.some(({ key }) => key === parted.key) ? 'order' : 'other';
    return { kind, at: parted.at, deed: parted.text, ...instead, consequences: tell(parted.at) };
  }
  if (next !== undefined) {
    const at = deeds.at(-1)?.at ?? 0;
    return { kind: 'missing', at, ...instead, consequences: tell(0) };
  }
  return { kind: 'none', at: 0, consequences: tell(0) };
}

/** A reporter tells a change up to this long after it was made: what came of it may seem to have come before. */
const lateMs = 4_000;

function deedsOf(milestones: readonly Milestone[]): Milestone[] {
  return firsts(milestones.filter(({ is }) => is === 'deed'));
}

/** The first of each key. */
function firsts(milestones: readonly Milestone[]): Milestone[] {
  const seen = new Set<string>();
  return milestones.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** Keys of a longest common subsequence. */
function commonKeys(a: readonly Milestone[], b: readonly Milestone[]): ReadonlySet<string> {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row !== undefined)
        row[j] = a[i]?.key === b[j]?.key ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const keys = new Set<string>();
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const key = a[i]?.key;
    if (key !== undefined && key === b[j]?.key) {
      keys.add(key);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return keys;
}
