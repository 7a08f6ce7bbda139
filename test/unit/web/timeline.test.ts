import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeDebrief } from '../../../engine/debrief/make-debrief.ts';
import { rowsOf } from '../../../web/client/debrief/rows.ts';
import { chosen, momentText, panned, ticksOf, timeAt, xOf, zoomed } from '../../../web/client/debrief/scale.ts';
import { act, node, traffic } from '../checks/record-builder.ts';
import { sourcesOf } from '../debrief/debrief-sources.ts';

const whole = { from: -10_000, to: 300_000 };

describe('the scale', () => {
  test('never shows what is outside the drill, nor less than a few seconds, whatever is done to it', () => {
    const step = fc.oneof(
      fc.record({
        factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
        around: fc.integer({ min: -10_000, max: 300_000 }),
      }),
      fc.record({ by: fc.integer({ min: -400_000, max: 400_000 }) }),
      fc.record({ a: fc.integer({ min: -10_000, max: 300_000 }), b: fc.integer({ min: -10_000, max: 300_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let shown = whole;
        for (const one of steps) {
          if ('factor' in one)
            shown = zoomed(shown, whole, one.factor, Math.min(shown.to, Math.max(shown.from, one.around)));
          else if ('by' in one) shown = panned(shown, whole, one.by);
          else shown = chosen(one.a, one.b, whole);
          expect(shown.from).toBeGreaterThanOrEqual(whole.from - 0.01);
          expect(shown.to).toBeLessThanOrEqual(whole.to + 0.01);
          expect(shown.to - shown.from).toBeGreaterThanOrEqual(4_999);
        }
      }),
    );
  });

  test('keeps the moment under the pointer where it is while zooming', () => {
    const closer = zoomed(whole, whole, 0.5, 100_000);
    const at = { left: 100, width: 800 };
    expect(xOf({ ...closer, ...at }, 100_000)).toBeCloseTo(xOf({ ...whole, ...at }, 100_000));
    expect(timeAt({ ...closer, ...at }, xOf({ ...closer, ...at }, 55_000))).toBeCloseTo(55_000);
  });

  test('has round ticks, and says moments as clocks do', () => {
    expect(ticksOf({ from: -10_000, to: 50_000, left: 0, width: 600 }, 90)).toEqual([
      -10_000, 0, 10_000, 20_000, 30_000, 40_000, 50_000,
    ]);
    expect([0, 59_999, 75_400, 3_723_000, -3_000, -200].map(momentText)).toEqual([
      '0:00',
      '0:59',
      '1:15',
      '1:02:03',
      '−0:03',
      '−0:01',
    ]);
  });
});

describe('the lanes', () => {
  const mine = makeDebrief(
    sourcesOf([
      node(-5),
      traffic(1, 5),
      traffic(2, 0),
      traffic(3, 0),
      traffic(4, 5),
      node(30, { unschedulable: true }),
      act(10),
    ]),
  );
  const reference = makeDebrief(
    sourcesOf([node(-5), traffic(1, 5), node(-5, { name: 'w2' }), node(20, { name: 'w2', ready: 'False' })]),
  );

  test('are followed by the same lane of the reference procedure', () => {
    const rows = rowsOf(mine, reference).map(({ group, label, of }) => `${group}: ${label}, ${of}`);
    expect(rows.indexOf('Services: shop/web, reference')).toBe(rows.indexOf('Services: shop/web, you') + 1);
    expect(rows).toContain('Nodes: w2, reference');
    expect(rows).not.toContain('Commands: student, reference');
  });

  test('write the length of a silence once, and mark what never changes as quiet', () => {
    const rows = rowsOf(mine, undefined);
    const service = rows.find(({ group }) => group === 'Services');
    expect(service?.bars.flatMap(({ label }) => label ?? [])).toEqual(['2.0 s']);
    expect(service?.bars.map(({ tone }) => tone)).toContain('bad');
    const quiet = rowsOf(makeDebrief(sourcesOf([node(-5)])), undefined).filter((row) => row.isQuiet);
    expect(quiet.map(({ label }) => label)).toContain('w1');
    expect(rows.find(({ label }) => label === 'w1')?.isQuiet).toBe(false);
  });
});
