import { minors, upgradePairs, versionsOf } from '../node-image/versions.ts';
import { contextOf, type ImageDeps } from './context.ts';
import { imagesWithLabel } from './docker.ts';
import { planStandIn } from './load-balancer.ts';
import { finalImages, planImages } from './plan-images.ts';
import { type PlannedImage, roleLabel, type Source } from './recipe.ts';

/** One line of `kubewright images list`. */
export interface ImageRow {
  readonly role: string;
  readonly tag: string;
  readonly version: string;
  readonly source: string;
  readonly bytes: number;
  /** ISO 8601 */
  readonly created: string;
  /** current: a session made now could use it; stale: its inputs have changed since, it can be removed. */
  readonly state: 'current' | 'stale';
}

/** All images made by kubewright that the engine has. @throws KubewrightError COMMAND_FAILED */
export async function listImages(deps: ImageDeps): Promise<ImageRow[]> {
  const context = contextOf(deps);
  const current = new Set<string>();
  const targets = new Map(upgradePairs().map(({ from, to }) => [from, versionsOf(to)]));
  for (const source of ['kindest', 'modules'] satisfies Source[]) {
    addWithParents(current, await planStandIn(context, source));
    for (const minor of minors()) {
      // The image for a pair has that of its first minor among its parents.
      const set = await planImages(context, source, versionsOf(minor), targets.get(minor));
      for (const image of finalImages(set)) addWithParents(current, image);
    }
  }
  const images = await imagesWithLabel(context, roleLabel);
  return images
    .filter((image) => image.tag.startsWith('kubewright/'))
    .map((image) => ({
      role: image.labels[roleLabel] ?? '',
      tag: image.tag,
      version: image.labels['kubewright.version'] ?? '',
      source: image.labels['kubewright.source'] ?? '',
      bytes: image.bytes,
      created: image.created,
      state: current.has(image.tag) ? ('current' as const) : ('stale' as const),
    }))
    .sort((a, b) => a.role.localeCompare(b.role) || b.created.localeCompare(a.created));
}

function addWithParents(tags: Set<string>, image: PlannedImage): void {
  tags.add(image.tag);
  for (const parent of image.parents) addWithParents(tags, parent);
}
