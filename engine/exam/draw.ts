import { createHash } from 'node:crypto';
import { domainWeights } from '../domain/exam.ts';

/**
 * Draws drills for an exam, each at most once: for each question a domain by its weight, then one of its drills. The same
 * seed draws the same questions from the same drills. A domain that has none left leaves its share to the others.
 */
export function drawQuestions<Drill extends { readonly id: string; readonly domain: string }>(
  drills: readonly Drill[],
  options: { readonly count: number; readonly seed: string },
): Drill[] {
  const random = createRandom(options.seed);
  const left = drills.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const drawn: Drill[] = [];
  while (drawn.length < options.count && left.length > 0) {
    const domains = [...new Set(left.map(({ domain }) => domain))].toSorted();
    const domain = pickByWeight(domains, random());
    const among = left.filter((drill) => drill.domain === domain);
    const picked = among[Math.floor(random() * among.length)];
    if (picked === undefined) break;
    drawn.push(picked);
    left.splice(left.indexOf(picked), 1);
  }
  return drawn;
}

/** A domain that the exam does not know has a small share, not none: such a drill would never come. */
const otherWeight = 5;

function pickByWeight(domains: readonly string[], share: number): string | undefined {
  const weights = domains.map((domain) => domainWeights[domain] ?? otherWeight);
  let at = share * weights.reduce((sum, weight) => sum + weight, 0);
  return domains.find((_, index) => {
    at -= weights[index] ?? 0;
    return at < 0;
  });
}

/** Numbers from 0 to below 1 that the seed alone decides: each from a hash of the seed and a count. */
function createRandom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE() / 2 ** 32;
  };
}
