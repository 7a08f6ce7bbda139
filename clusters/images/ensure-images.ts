import { mkdir } from 'node:fs/promises';
import { isKubewrightError, KubewrightError } from '../../engine/domain/errors.ts';
import { versionsOf } from '../node-image/versions.ts';
import { isAlive, withBuildLock } from './build-lock.ts';
import { chooseSource } from './choose-source.ts';
import { contextOf, type ImageContext, type ImageDeps } from './context.ts';
import { hasImage, requireEngine } from './docker.ts';
import { finalImages, type PlannedSet, planImages } from './plan-images.ts';
import type { PlannedImage, Source } from './recipe.ts';
import { reapWorkContainers } from './work-container.ts';

/** Exact tags of the images that a session runs, with the Kubernetes release (such as "1.34.4") inside them. */
export interface ImageSet {
  readonly node: string;
  readonly student: string;
  readonly witness: string;
  readonly kubernetes: string;
  readonly source: Source;
}

export interface ImageOptions {
  /** A Kubernetes minor, such as "1.34". */
  readonly minor: string;
  /** Default "auto": see chooseSource and KUBEWRIGHT_NODE_IMAGE_SOURCE. */
  readonly source?: 'auto' | Source;
}

const neededBytes = 15 * 1024 ** 3;

/**
 * Builds what is missing and returns the exact tags. What is there is never built again, and the network is asked only
 * when something is missing.
 * @throws KubewrightError ENGINE_UNREACHABLE, TOOL_MISSING, HOST_UNFIT, DISK_LOW, IMAGE_BUILD_FAILED, INTERRUPTED, USAGE
 */
export async function ensureImages(deps: ImageDeps, options: ImageOptions): Promise<ImageSet> {
  const context = contextOf(deps);
  const versions = versionsOf(options.minor);
  await requireEngine(context);
  const choice = await chooseSource(context, versions, { requested: options.source ?? 'auto', mayPull: true });
  const planned = await planImages(context, choice.source, versions);
  if ((await missingOf(context, planned)).length > 0) {
    context.progress(`node images come from the source "${choice.source}": ${choice.reason}`);
    await requireDisk(context);
    await withBuildLock(context, async () => {
      await reapWorkContainers(context, isAlive);
      for (const image of finalImages(planned)) await ensure(context, image);
    });
  }
  return tagsOf(planned);
}

/** What ensureImages would return, and which of it is missing. Builds and pulls nothing. @throws KubewrightError USAGE */
export async function findImages(
  deps: ImageDeps,
  options: ImageOptions,
): Promise<{ set: ImageSet; missing: string[]; decided: boolean; reason: string }> {
  const context = contextOf(deps);
  const versions = versionsOf(options.minor);
  const choice = await chooseSource(context, versions, { requested: options.source ?? 'auto', mayPull: false });
  const planned = await planImages(context, choice.source, versions);
  const missing = await missingOf(context, planned);
  return {
    set: tagsOf(planned),
    missing: missing.map((image) => image.tag),
    decided: choice.decided,
    reason: choice.reason,
  };
}

async function ensure(context: ImageContext, image: PlannedImage): Promise<void> {
  if (await hasImage(context, image.tag)) return;
  for (const parent of image.parents) await ensure(context, parent);
  context.progress(`building ${image.tag}`);
  const started = performance.now();
  try {
    await image.build(context);
  } catch (error) {
    if (isKubewrightError(error) && error.code !== 'COMMAND_FAILED') throw error;
    throw new KubewrightError('IMAGE_BUILD_FAILED', `${image.tag} could not be built: ${(error as Error).message}`, {
      cause: error,
    });
  }
  context.progress(`built ${image.tag}: ${Math.round((performance.now() - started) / 1000)} s`);
}

async function missingOf(context: ImageContext, planned: PlannedSet): Promise<PlannedImage[]> {
  const missing: PlannedImage[] = [];
  for (const image of finalImages(planned)) if (!(await hasImage(context, image.tag))) missing.push(image);
  return missing;
}

/** The engine may keep its images on a disk of its own; both that and the cache are asked. */
async function requireDisk(context: ImageContext): Promise<void> {
  await mkdir(context.cacheFolder, { recursive: true });
  const info = await context.exec.run(['docker', 'info', '--format', '{{.DockerRootDir}}'], { signal: context.signal });
  for (const path of [context.cacheFolder, info.stdout.trim()]) {
    // The engine's folder cannot be seen where the engine runs in a VM.
    const free = path === '' ? undefined : await context.freeBytes(path).catch(() => undefined);
    if (free !== undefined && free < neededBytes) {
      throw new KubewrightError(
        'DISK_LOW',
        `${path} has ${(free / 1024 ** 3).toFixed(1)} GiB free; building the images takes 15 GiB`,
      );
    }
  }
}

function tagsOf(planned: PlannedSet): ImageSet {
  return {
    node: planned.node.tag,
    student: planned.student.tag,
    witness: planned.witness.tag,
    kubernetes: planned.kubernetes,
    source: planned.source,
  };
}
