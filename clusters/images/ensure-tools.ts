import { chmod, copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isKubewrightError } from '../../engine/domain/errors.ts';
import { contextOf, type ImageContext, type ImageDeps } from './context.ts';
import { buildGoProgram } from './go-build.ts';
import { kindProgram } from './go-programs.ts';
import { requireVersion } from './versions-check.ts';

/**
 * Path of a kind program of exactly the right release: the one on PATH, else the one in the cache's bin/, else built from
 * the committed module into there. Another release would make nodes with other files.
 * @throws KubewrightError TOOL_MISSING without both kind and Go, IMAGE_BUILD_FAILED, COMMAND_FAILED
 */
export async function ensureTools(deps: ImageDeps): Promise<{ kind: string }> {
  const context = contextOf(deps);
  const found = await findKind(context);
  if (found !== undefined) return { kind: found };
  const own = ownKind(context);
  const built = await buildGoProgram(context, kindProgram);
  await mkdir(dirname(own), { recursive: true });
  const part = `${own}.part-${process.pid}`;
  await copyFile(built, part);
  await chmod(part, 0o755);
  await rename(part, own);
  return { kind: own };
}

/** The tools that ensureTools would still have to build. Builds nothing. @throws KubewrightError INTERRUPTED */
export async function findTools(deps: ImageDeps): Promise<{ missing: string[] }> {
  const found = await findKind(contextOf(deps));
  return { missing: found === undefined ? [`kind v${kindProgram.version}`] : [] };
}

function ownKind(context: ImageContext): string {
  return join(context.cacheFolder, 'bin', 'kind');
}

async function findKind(context: ImageContext): Promise<string | undefined> {
  for (const candidate of ['kind', ownKind(context)]) if (await isRightKind(context, candidate)) return candidate;
  return undefined;
}

async function isRightKind(context: ImageContext, candidate: string): Promise<boolean> {
  try {
    await requireVersion(context, 'kind', kindProgram.version, [candidate]);
    return true;
  } catch (error) {
    if (isKubewrightError(error) && error.code !== 'INTERRUPTED') return false;
    throw error;
  }
}
