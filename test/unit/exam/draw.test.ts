import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { domainWeights } from '../../../engine/domain/exam.ts';
import { drawQuestions } from '../../../engine/exam/draw.ts';

const drills = Object.keys(domainWeights).flatMap((domain) =>
  Array.from({ length: 8 }, (_, index) => ({ id: `${domain}-${index}`, domain })),
);

describe('a draw', () => {
  test('is decided by the seed and the drills, not by their order, and has each drill at most once', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (seed, count) => {
        const drawn = drawQuestions(drills, { count, seed });
        expect(drawQuestions(drills.toReversed(), { count, seed })).toEqual(drawn);
        expect(drawn).toHaveLength(Math.min(count, drills.length));
        expect(new Set(drawn.map(({ id }) => id)).size).toBe(drawn.length);
      }),
    );
  });

  test('comes near the weights of the domains', () => {
    const first = Array.from(
      { length: 4_000 },
      (_, seed) => drawQuestions(drills, { count: 1, seed: `s${seed}` })[0]?.domain,
    );
    for (const [domain, weight] of Object.entries(domainWeights)) {
      const share = (first.filter((one) => one === domain).length / first.length) * 100;
      expect(Math.abs(share - weight)).toBeLessThan(3);
    }
  });

  test('takes what there is when a domain has nothing left, also of domains without a weight', () => {
    const few = [
      { id: 'a', domain: 'troubleshooting' },
      { id: 'b', domain: 'gardening' },
    ];
    expect(
      drawQuestions(few, { count: 5, seed: 'x' })
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'b']);
    expect(drawQuestions([], { count: 5, seed: 'x' })).toEqual([]);
  });
});
