import type { CheckFinding } from '../domain/verdict.ts';
import { describeGaps, type Gap } from './record.ts';

/** The finding of a hold check whose stream has a gap: nobody is blamed for what was not seen. */
export function notSeen(expected: string, gaps: readonly Gap[], since: number): CheckFinding {
  return {
    result: 'errored',
    expected,
    found: `the record is not complete: ${describeGaps(gaps, since)}`,
    meaning:
      'What happened in that time is not known, so this can neither be confirmed nor held against you. If you stopped or cut off something the cluster is observed with, start the drill again.',
  };
}

/** Joins words for a sentence: "a", "a and b", "a, b and c". Long lists are cut after `most`. */
export function listed(words: readonly string[], most = 6): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : [...words];
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
