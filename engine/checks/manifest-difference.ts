import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { listed } from './finding.ts';

/**
 * How two manifests of a static pod differ in meaning, in words that do not say what the difference is; undefined when
 * they mean the same. The order of arguments, volumes, mounts and variables means nothing.
 */
export function describeDifferences(before: string, now: string): string | undefined {
  if (before === now) return undefined;
  const [was, is] = [parsePod(before), parsePod(now)];
  if (is === undefined) return 'it cannot be read as a pod';
  if (was === undefined) return 'it is another text';
  const words = new Map<string, number>();
  const count = (what: string) => words.set(what, (words.get(what) ?? 0) + 1);
  compare(was, is, '', count);
  if (words.size === 0) return undefined;
  return listed([...words].map(([what, times]) => (times === 1 ? what : `${what} (${times} times)`)));
}

/** Lists whose entries are known by a name, wherever they are in the list. */
const named: ReadonlySet<string> = new Set(['containers', 'initContainers', 'volumes', 'volumeMounts', 'env', 'ports']);
const commandLine: ReadonlySet<string> = new Set(['command', 'args']);
const partWords: Readonly<Record<string, string>> = {
  command: 'the command line',
  args: 'the command line',
  volumes: 'the volumes',
  volumeMounts: 'the mounts',
  env: 'the environment',
  livenessProbe: 'a probe',
  readinessProbe: 'a probe',
  startupProbe: 'a probe',
  resources: 'the resources',
  image: 'the image',
};

function compare(before: unknown, now: unknown, part: string, count: (what: string) => void): void {
  if (isDeepStrictEqual(before, now)) return;
  if (Array.isArray(before) && Array.isArray(now)) {
    const [was, is] = [byKey(before, part), byKey(now, part)];
    for (const key of new Set([...was.keys(), ...is.keys()])) compareEntry(was.get(key), is.get(key), part, count);
  } else if (isMapping(before) && isMapping(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      // The first word on the way down that has a name of its own: a difference in a probe is "a probe".
      compareEntry(before[key], now[key], partWords[part] === undefined ? key : part, count);
    }
  } else count(`something in ${partWords[part] ?? 'the rest'} is different`);
}

function compareEntry(before: unknown, now: unknown, part: string, count: (what: string) => void): void {
  // An empty value and none mean the same: "creationTimestamp: null", "resources: {}", "status: {}".
  if (isEmpty(before) && isEmpty(now)) return;
  const where = partWords[part] ?? 'the rest';
  if (isEmpty(now)) count(`something is missing in ${where}`);
  else if (isEmpty(before)) count(`something is new in ${where}`);
  else compare(before, now, part, count);
}

function byKey(list: readonly unknown[], part: string): Map<string, unknown> {
  return new Map(
    list.map((entry, index): [string, unknown] => {
      if (commandLine.has(part) && typeof entry === 'string' && entry.startsWith('--')) {
        const flag = entry.split('=')[0] ?? entry;
        return [flag, entry];
      }
      if (named.has(part) && isMapping(entry)) {
        // A mount is known by where it is: a volume may be mounted twice.
        const name = entry['mountPath'] ?? entry['name'];
        return [typeof name === 'string' ? name : String(index), entry];
      }
      return [String(index), entry];
    }),
  );
}

function parsePod(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const pod: unknown = parse(text);
    return isMapping(pod) && isMapping(pod['spec']) ? pod : undefined;
  } catch {
    return undefined;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0);
}
