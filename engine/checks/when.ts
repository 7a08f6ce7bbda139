import { moment } from './record.ts';

/** "14:03:22 UTC (65 s into the drill)", or "(before the drill)": much of what a restore is judged by is older. */
export function when(at: number, since: number): string {
  if (at >= since) return moment(at, since);
  return `${new Date(at).toISOString().slice(11, 19)} UTC (before the drill)`;
}
