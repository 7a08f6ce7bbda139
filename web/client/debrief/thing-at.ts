import type { Row, Tip } from './rows.ts';
import { type Scale, timeAt } from './scale.ts';

/** Where a row was drawn, for what lies under the pointer. */
export interface Placed {
  readonly row: Row;
  readonly top: number;
  readonly height: number;
}

interface Found {
  readonly tip: Tip;
  readonly where: string;
  /** When it began. */
  readonly at?: number;
}

/** What is shown at a point of the picture: the nearest mark, else bar, else the value of the curve. */
export function thingAt(placed: readonly Placed[], scale: Scale, x: number, y: number): Found | undefined {
  const place = placed.find(({ top, height }) => y >= top && y < top + height);
  if (place === undefined) return undefined;
  const { row } = place;
  const where = row.of === 'reference' ? `${row.label}, reference` : row.label;
  const at = timeAt(scale, x);
  const reach = (7 / scale.width) * (scale.to - scale.from);
  const mark = nearest(
    row.marks.map((one) => ({ one, distance: Math.abs(one.at - at) })),
    reach,
  );
  if (mark !== undefined) return { tip: mark.tip, where, at: mark.at };
  const bar = nearest(
    row.bars.map((one) => ({ one, distance: at < one.from ? one.from - at : at > one.to ? at - one.to : 0 })),
    reach,
  );
  if (bar !== undefined) return { tip: bar.tip, where, at: bar.from };
  const point = row.curve?.points.findLast((one) => one.at <= at);
  return point === undefined || row.curve === undefined
    ? undefined
    : { tip: { title: row.curve.tip(point.value, point.of) }, where };
}

function nearest<T>(
  candidates: readonly { readonly one: T; readonly distance: number }[],
  reach: number,
): T | undefined {
  let best: { readonly one: T; readonly distance: number } | undefined;
  // The last of several begins latest: it lies on top.
  for (const candidate of candidates) {
    if (candidate.distance <= reach && candidate.distance <= (best?.distance ?? reach)) best = candidate;
  }
  return best?.one;
}
