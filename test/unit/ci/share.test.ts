import { expect, test } from 'vitest';
import type { ScenarioProof } from '../../../engine/drill/proof.ts';
import type { Scenario } from '../../../engine/scenario/scenario.ts';
import { besideEachOther, budgetAfter, chooseShare, fitsHere } from '../../real/share.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
// Only what the choice looks at.
const scenarios = ids.map((id) => ({
  id,
  wrong: [{ name: 'bad', fails: ['x'] }],
  alsoRight: [],
})) as unknown as Scenario[];
const row = { asExpected: true, failed: [], commit: '', nodeImage: '', inputs: '' } as const;
/** 40 s to be ready, 20 s for the solution, 100 s for the wrong procedure: 200 s for both on clusters of their own. */
const report: ScenarioProof[] = ids.map((id) => ({
  id,
  versions: { from: '1.34' },
  runs: [
    { ...row, kind: 'healthy', name: 'healthy', seconds: 40 },
    { ...row, kind: 'solution', name: 'solution', seconds: 20 },
    { ...row, kind: 'wrong', name: 'bad', seconds: 100 },
  ],
}));
const choose = (more: Partial<Parameters<typeof chooseShare>[1]> = {}) =>
  chooseShare(scenarios, { touched: new Set(), seed: 'c0ffee', budget: 400, report, ...more }).map(({ id }) => id);

test('as many as fit into the time', () => {
  expect(choose()).toHaveLength(2);
  expect(choose({ budget: 399 })).toHaveLength(1);
  expect(choose({ budget: 10_000 }).toSorted()).toEqual(ids);
});

test('what the change touches comes first, whatever the draw', () => {
  for (const id of ids) expect(choose({ touched: new Set([id]), budget: 200 })).toEqual([id]);
});

test('another commit draws others, the same commit the same', () => {
  expect(choose()).toEqual(choose());
  const seen = new Set(Array.from({ length: 20 }, (_, index) => choose({ seed: String(index) })).flat());
  expect([...seen].toSorted()).toEqual(ids);
});

test('what no report knows is thought to take five minutes', () => {
  expect(choose({ report: [], budget: 599 })).toHaveLength(1);
});

test('on a slower machine fewer are proven than were chosen', () => {
  expect(fitsHere(400, { needed: 0, took: 0 }, 400)).toBe(true);
  expect(fitsHere(200, { needed: 200, took: 200 }, 400)).toBe(true);
  expect(fitsHere(200, { needed: 200, took: 201 }, 400)).toBe(false);
  expect(fitsHere(100, { needed: 100, took: 200 }, 400)).toBe(true);
  // A quicker machine proves no more than was chosen.
  expect(fitsHere(301, { needed: 200, took: 100 }, 400)).toBe(false);
});

test('two are proven beside each other where one alone was no slower than the report, which is of two', () => {
  expect(besideEachOther({ needed: 100, took: 100 })).toBe(2);
  expect(besideEachOther({ needed: 100, took: 101 })).toBe(1);
});

test('the proofs take what all else has left of the time, and are never left out altogether', () => {
  expect(budgetAfter(1_800)).toBe(900);
  expect(budgetAfter(4_000)).toBe(500);
  expect(budgetAfter(5_000)).toBe(240);
});
