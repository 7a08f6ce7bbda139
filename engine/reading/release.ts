/** A Kubernetes release. What follows the patch number (a pre-release, a build) is not looked at. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const form = /^v?(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?![\d.])/;

/** Reads "v1.35.4" or "1.35.4"; undefined for everything else. */
export function parseRelease(text: string): Release | undefined {
  const found = form.exec(text.trim());
  if (found === null) return undefined;
  return { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3]) };
}

/** Below 0 when `a` is of an earlier minor than `b`, 0 when both are of the same one, whatever their patch releases. */
export function compareMinors(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor;
}

/** Below 0 when `a` is earlier than `b`, 0 when both are the same release. */
export function compareReleases(a: Release, b: Release): number {
  return compareMinors(a, b) || a.patch - b.patch;
}
