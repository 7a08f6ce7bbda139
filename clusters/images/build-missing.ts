import { mkdir } from 'node:fs/promises';
import { isKubewrightError, KubewrightError } from '../../engine/domain/errors.ts';
import { isAlive, withBuildLock } from './build-lock.ts';
import type { ImageContext } from './context.ts';
import { hasImage } from './docker.ts';
import type { PlannedImage } from './recipe.ts';
import { reapWorkContainers } from './work-container.ts';

/** GiB that a whole set takes while it is built from source. */
const wholeSet = 15;

/** Those of the images that the engine does not have. */
export async function missingOf(context: ImageContext, images: readonly PlannedImage[]): Promise<PlannedImage[]> {
  const missing: PlannedImage[] = [];
  for (const image of images) if (!(await hasImage(context, image.tag))) missing.push(image);
  return missing;
}

/**
 * Builds images with all that they are built on; what is there is not built again.
 * @param gibibytes disk that this takes
 * @throws KubewrightError TOOL_MISSING, HOST_UNFIT, DISK_LOW, IMAGE_BUILD_FAILED, INTERRUPTED
 */
export async function buildMissing(
  context: ImageContext,
  images: readonly PlannedImage[],
  gibibytes: number = wholeSet,
): Promise<void> {
  await requireDisk(context, gibibytes);
  await withBuildLock(context, async () => {
    await reapWorkContainers(context, isAlive);
    for (const image of images) await ensure(context, image);
  });
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

/** The engine may keep its images on a disk of its own; both that and the cache are asked. */
async function requireDisk(context: ImageContext, gibibytes: number): Promise<void> {
  await mkdir(context.cacheFolder, { recursive: true });
  const info = await context.exec.run(['docker', 'info', '--format', '{{.DockerRootDir}}'], { signal: context.signal });
  for (const path of [context.cacheFolder, info.stdout.trim()]) {
    // The engine's folder cannot be seen where the engine runs in a VM.
    const free = path === '' ? undefined : await context.freeBytes(path).catch(() => undefined);
    if (free !== undefined && free < gibibytes * 1024 ** 3) {
      throw new KubewrightError(
        'DISK_LOW',
        `${path} has ${(free / 1024 ** 3).toFixed(1)} GiB free; building the images takes ${gibibytes} GiB`,
      );
    }
  }
}
