import type { Measurement } from '../bench.ts';
import { differences, type Look } from './look.ts';

/** Printed of a look that differs. */
const mostShown = 20;

/** What was measured of something that is done again and again. */
export interface Samples {
  readonly seconds: number[];
  readonly different: number[];
  readonly left: number[];
}

export function rowsOf(act: string, { seconds, different, left }: Samples): Measurement[] {
  return [
    { name: `${act}, in a row`, unit: 's', ours: seconds },
    { name: `differences after a ${act}`, unit: 'differences', ours: different },
    { name: `left behind after a ${act}`, unit: 'objects', ours: left },
  ];
}

/** Keeps what one round took and how it differs from the first look, and says so. */
export function note(
  samples: Samples,
  { seconds, first, look }: { readonly seconds: number; readonly first: Look; readonly look: Look },
  what: string,
  say: (line: string) => void,
): void {
  const differing = differences(first, look);
  samples.seconds.push(seconds);
  samples.different.push(differing.length);
  say(`  ${what}: ${seconds.toFixed(1)} s, ${differing.length} differences`);
  for (const line of differing.slice(0, mostShown)) say(`    ${line.slice(0, 300)}`);
  if (differing.length > mostShown) say(`    and ${differing.length - mostShown} more`);
}
