import { KubewrightError } from '../../engine/domain/errors.ts';
import type { MinorVersions } from '../node-image/versions.ts';
import type { ImageContext } from './context.ts';
import { hasImage, tryPull } from './docker.ts';
import { planImages } from './plan-images.ts';
import type { Source } from './recipe.ts';

/** Overrides the choice: "kindest" (published node images) or "modules" (built from Go modules). */
export const sourceVariable = 'KUBEWRIGHT_NODE_IMAGE_SOURCE';

export interface Choice {
  readonly source: Source;
  /** Why, as a sentence for the user. */
  readonly reason: string;
  /** False when only an attempt to pull would tell and none was made. */
  readonly decided: boolean;
}

/**
 * Where node images come from on this machine. Asks the registry at most once, and only when nothing that is already
 * there decides it, so that an ordinary start needs no network.
 * @throws KubewrightError USAGE for an unknown word in the environment
 */
export async function chooseSource(
  context: ImageContext,
  versions: MinorVersions,
  options: { requested: 'auto' | Source; mayPull: boolean },
): Promise<Choice> {
  if (options.requested !== 'auto') return { source: options.requested, reason: 'as asked for', decided: true };
  const fromEnv = context.env[sourceVariable];
  if (fromEnv === 'kindest' || fromEnv === 'modules') {
    return { source: fromEnv, reason: `${sourceVariable} says so`, decided: true };
  }
  if (fromEnv !== undefined && fromEnv !== '' && fromEnv !== 'auto') {
    throw new KubewrightError('USAGE', `${sourceVariable} is "${fromEnv}"; it can be "kindest", "modules" or "auto"`);
  }

  const { image } = versions.kindest;
  if (await hasBegun(context, 'kindest', versions))
    return { source: 'kindest', reason: 'its node image is there', decided: true };
  if (await hasImage(context, image)) return { source: 'kindest', reason: `${image} is there`, decided: true };
  if (await hasBegun(context, 'modules', versions))
    return { source: 'modules', reason: 'its node image is there', decided: true };
  if (!options.mayPull)
    return { source: 'modules', reason: `${image} is not there and was not asked for`, decided: false };

  context.progress(`asking the registry for ${image}`);
  const refusal = await tryPull(context, image);
  return refusal === undefined
    ? { source: 'kindest', reason: `${image} was pulled`, decided: true }
    : { source: 'modules', reason: `${image} cannot be pulled: ${refusal}`, decided: true };
}

/** The node image is what takes long: where it, or what it is built on, is there, the source has been chosen before. */
async function hasBegun(context: ImageContext, source: Source, versions: MinorVersions): Promise<boolean> {
  const { node } = await planImages(context, source, versions);
  for (const image of [node, ...node.parents]) if (await hasImage(context, image.tag)) return true;
  return false;
}
