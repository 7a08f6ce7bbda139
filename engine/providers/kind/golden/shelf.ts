import type { Exec } from '../../../system/exec.ts';
import { docker, dockerIfThere, rows } from '../docker.ts';
import { type GoldenState, partLabel, readDescription, stateLabel } from './state.ts';

/** The images of one bake, whether or not it came to its end. */
interface Shelved {
  /** Name of the cluster that was baked. */
  readonly part: string;
  readonly tags: readonly string[];
  /** Missing when the bake did not come to its end or somebody has removed one of its images. */
  readonly state?: GoldenState;
}

interface ImageFacts {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
}

/** A state that is older is not used: the certificates inside are good for a year, and trust in a state is not for ever. */
const mostAgeMs = 30 * 24 * 3_600_000;
/** What golden states may take on the disk; the oldest go first. */
const mostBytes = 6 * 2 ** 30;

/** Tag of a machine's image; the part of the bake makes it one of a kind. */
export function goldenTag(part: string, machine: string): string {
  return `kubewright/golden:${part}-${machine}`;
}

/** Everything on the shelf, the newest state first, what is unfinished last. */
export async function listGolden(exec: Exec): Promise<Shelved[]> {
  const ids = [...new Set(rows(await docker(exec, ['image', 'ls', '--quiet', '--filter', `label=${partLabel}`])))];
  if (ids.length === 0) return [];
  // An image may go between the two questions: then docker prints the others and complains.
  const { stdout } = await exec.run(['docker', 'image', 'inspect', '--format', '{{json .}}', ...ids], {
    timeoutMs: 60_000,
  });
  const images = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ImageFacts]));
  const parts = Map.groupBy(images, (image) => image.Config.Labels?.[partLabel] ?? '');
  return [...parts]
    .map(([part, own]): Shelved => {
      const tags = own.flatMap(({ RepoTags }) => RepoTags ?? []);
      const sealed = own.find((image) => image.Config.Labels?.[stateLabel] !== undefined);
      const state = sealed === undefined ? undefined : stateOf(sealed, new Set(own.map(({ Id }) => Id)));
      return { part, tags, ...(state === undefined ? {} : { state }) };
    })
    .sort((a, b) => (b.state?.bakedAt ?? 0) - (a.state?.bakedAt ?? 0));
}

/** The state described on that image with the ids of all its images; undefined when one of them is not there. */
function stateOf(sealed: ImageFacts, there: ReadonlySet<string>): GoldenState | undefined {
  const state = readDescription(sealed.Config.Labels?.[stateLabel] ?? '');
  const machines = state.machines.map((machine) => ({ ...machine, image: machine.image ?? sealed.Id }));
  return machines.every(({ image }) => there.has(image)) ? { ...state, machines } : undefined;
}

/** The states that serve a cluster of this key, one a slot. @param now wall clock ms */
export async function findGolden(exec: Exec, key: string, now: number): Promise<GoldenState[]> {
  const usable = (await listGolden(exec)).flatMap(({ state }) =>
    state?.key === key && now - state.bakedAt < mostAgeMs ? [state] : [],
  );
  return usable.filter((state, index) => usable.findIndex(({ slot }) => slot === state.slot) === index);
}

export interface Removed {
  readonly parts: readonly string[];
  /** Those that a running session was restored from: the engine keeps their images. */
  readonly inUse: readonly string[];
}

/** Takes states, or what is unfinished, from the shelf. What a container was made from stays until that is gone. */
export async function removeGolden(exec: Exec, shelved: readonly Pick<Shelved, 'part' | 'tags'>[]): Promise<Removed> {
  const parts: string[] = [];
  const inUse: string[] = [];
  for (const { part, tags } of shelved) {
    const used = await Promise.all(tags.map(async (tag) => isUsed(exec, tag)));
    if (used.includes(true)) {
      inUse.push(part);
      continue;
    }
    for (const tag of tags) await dockerIfThere(exec, ['image', 'rm', tag]);
    parts.push(part);
  }
  return { parts, inUse };
}

async function isUsed(exec: Exec, tag: string): Promise<boolean> {
  return rows(await docker(exec, ['ps', '--all', '--quiet', '--filter', `ancestor=${tag}`])).length > 0;
}

/**
 * Removes the oldest states until the others take no more than their share of the disk, and states that are too old.
 * @param now wall clock ms
 */
export async function trimShelf(exec: Exec, now: number): Promise<void> {
  let bytes = 0;
  const tooMuch = (await listGolden(exec)).filter(({ state }) => {
    if (state === undefined) return false;
    bytes += state.bytes;
    return bytes > mostBytes || now - state.bakedAt >= mostAgeMs;
  });
  await removeGolden(exec, tooMuch);
}
