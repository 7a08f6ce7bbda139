import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageContext } from './context.ts';
import { buildGoProgram, goInputs } from './go-build.ts';
import type { GoProgram } from './go-programs.ts';
import type { Input } from './inputs.ts';
import type { PlannedImage } from './recipe.ts';
import { copyFromImage } from './work-container.ts';

/** Programs for an image that come from somewhere else: built here, or copied out of another image. */
export interface FilesSource {
  readonly inputs: readonly Input[];
  readonly parents: readonly PlannedImage[];
  /** Puts the files into an existing folder. @throws KubewrightError as building or copying does */
  readonly provide: (context: ImageContext, folder: string) => Promise<void>;
}

export function fromGo(programs: readonly GoProgram[]): FilesSource {
  return {
    inputs: programs.flatMap(goInputs),
    parents: [],
    provide: async (context, folder) => {
      for (const program of programs) {
        const target = join(folder, program.name);
        await copyFile(await buildGoProgram(context, program), target);
        await chmod(target, 0o755);
      }
    },
  };
}

/** From an image of ours. */
export function fromPlanned(image: PlannedImage, paths: readonly string[]): FilesSource {
  return {
    inputs: [{ name: 'copied', value: JSON.stringify(paths) }],
    parents: [image],
    provide: (context, folder) => copyFromImage(context, image.tag, paths, folder),
  };
}

/** From an image of a registry. */
export function fromPublished(image: string, paths: readonly string[]): FilesSource {
  return {
    inputs: [{ name: 'copied', value: JSON.stringify([image, paths]) }],
    parents: [],
    provide: (context, folder) => copyFromImage(context, image, paths, folder),
  };
}
