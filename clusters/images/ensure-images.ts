import { upgradeVersionsOf, versionsOf } from '../node-image/versions.ts';
import { buildMissing, missingOf } from './build-missing.ts';
import { type Choice, chooseSource } from './choose-source.ts';
import { contextOf, type ImageContext, type ImageDeps } from './context.ts';
import { requireEngine } from './docker.ts';
import { finalImages, type PlannedSet, planImages } from './plan-images.ts';
import type { Source } from './recipe.ts';

/** Exact tags of the images that a session runs, with the Kubernetes releases (such as "1.34.4") inside them. */
export interface ImageSet {
  readonly node: string;
  readonly student: string;
  readonly witness: string;
  /** What the cluster starts with. */
  readonly kubernetes: string;
  /** What it can be upgraded to: packages and images of it are on every node. Only where `upgradeTo` was asked for. */
  readonly upgradeKubernetes?: string;
  readonly source: Source;
}

export interface ImageOptions {
  /** A Kubernetes minor, such as "1.34". */
  readonly minor: string;
  /** The next minor, where the drill upgrades. */
  readonly upgradeTo?: string | undefined;
  /** Default "auto": see chooseSource and KUBEWRIGHT_NODE_IMAGE_SOURCE. */
  readonly source?: 'auto' | Source;
}

/**
 * Builds what is missing and returns the exact tags. What is there is never built again, and the network is asked only
 * when something is missing.
 * @throws KubewrightError ENGINE_UNREACHABLE, TOOL_MISSING, HOST_UNFIT, DISK_LOW, IMAGE_BUILD_FAILED, INTERRUPTED, USAGE
 */
export async function ensureImages(deps: ImageDeps, options: ImageOptions): Promise<ImageSet> {
  const context = contextOf(deps);
  await requireEngine(context);
  const { choice, planned } = await choose(context, options, true);
  if ((await missingOf(context, finalImages(planned))).length > 0) {
    context.progress(`node images come from the source "${choice.source}": ${choice.reason}`);
    await buildMissing(context, finalImages(planned));
  }
  return tagsOf(planned);
}

/** What ensureImages would return, and which of it is missing. Builds and pulls nothing. @throws KubewrightError USAGE */
export async function findImages(
  deps: ImageDeps,
  options: ImageOptions,
): Promise<{ set: ImageSet; missing: string[]; decided: boolean; reason: string }> {
  const context = contextOf(deps);
  const { choice, planned } = await choose(context, options, false);
  const missing = await missingOf(context, finalImages(planned));
  return {
    set: tagsOf(planned),
    missing: missing.map((image) => image.tag),
    decided: choice.decided,
    reason: choice.reason,
  };
}

async function choose(
  context: ImageContext,
  { minor, upgradeTo, source = 'auto' }: ImageOptions,
  mayPull: boolean,
): Promise<{ choice: Choice; planned: PlannedSet }> {
  const versions = versionsOf(minor);
  const target = upgradeTo === undefined ? undefined : upgradeVersionsOf(minor, upgradeTo);
  const choice = await chooseSource(context, versions, { requested: source, mayPull });
  return { choice, planned: await planImages(context, choice.source, versions, target) };
}

function tagsOf({ node, student, witness, kubernetes, upgradeKubernetes, source }: PlannedSet): ImageSet {
  return {
    node: node.tag,
    student: student.tag,
    witness: witness.tag,
    kubernetes,
    ...(upgradeKubernetes === undefined ? {} : { upgradeKubernetes }),
    source,
  };
}
