import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubewrightError } from '../../engine/domain/errors.ts';
import { commandFailed } from '../../engine/system/exec.ts';
import { officialNodeImage } from '../node-image/versions.ts';
import { copyInputs } from './base-recipes.ts';
import type { ImageContext } from './context.ts';
import { buildDockerfile } from './docker.ts';
import type { FilesSource } from './files-source.ts';
import type { PlannedImage, Recipe } from './recipe.ts';
import { requireVersionInImage } from './versions-check.ts';
import { withWorkFolder } from './work-folder.ts';

/** The learner's machine (clusters/student-host). */
export function student(kubernetes: string, toolsImage: PlannedImage, kubectl: FilesSource): Recipe {
  const paths = ['Dockerfile', 'files', 'holder.py', 'recorder.py'].map((name) => `student-host/${name}`);
  return {
    role: 'student',
    version: `v${kubernetes}`,
    inputs: [...paths.map((path) => ({ path })), ...kubectl.inputs],
    parents: [toolsImage, ...kubectl.parents],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await mkdir(join(folder, 'kubectl'));
        await kubectl.provide(context, join(folder, 'kubectl'));
        await copyInputs(context, folder, paths);
        await buildDockerfile(context, {
          folder,
          dockerfile: join(folder, 'Dockerfile'),
          tag: image.tag,
          from: toolsImage.tag,
          labels: image.labels,
        });
        await requireVersionInImage(context, image.tag, 'kubectl', kubernetes);
      }),
  };
}

/** Where the witness's Node comes from: this checkout's own for Linux, else an official image. */
export type WitnessNode = { readonly binary: string; readonly version: string } | { readonly image: string };

/** The Node of this checkout (the npm package "node"), if it is there and for Linux. */
export async function findWitnessNode(context: ImageContext): Promise<WitnessNode> {
  const folder = join(context.installationFolder, 'node_modules/node');
  const manifest =
    process.platform === 'linux'
      ? await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
      : undefined;
  if (manifest === undefined) return { image: officialNodeImage };
  return { binary: join(folder, 'bin/node'), version: (JSON.parse(manifest) as { version: string }).version };
}

/** The witness (clusters/witness): Node, and code that is copied in when a session starts. */
export function witness(base: PlannedImage, nodeJs: WitnessNode): Recipe {
  const own = 'binary' in nodeJs ? nodeJs : undefined;
  return {
    role: 'witness',
    version: own === undefined ? 'node24' : `node${own.version}`,
    // The version stands for the binary: reading 120 MB at each start would cost more than it tells.
    inputs: [
      { path: 'witness/Dockerfile' },
      { name: 'node', value: 'binary' in nodeJs ? `${nodeJs.version} ${process.arch}` : nodeJs.image },
    ],
    parents: own === undefined ? [] : [base],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await mkdir(join(folder, 'bin'));
        if (own !== undefined) await copyFile(own.binary, join(folder, 'bin/node'));
        await copyInputs(context, folder, ['witness/Dockerfile']);
        await buildDockerfile(context, {
          folder,
          dockerfile: join(folder, 'Dockerfile'),
          tag: image.tag,
          from: 'binary' in nodeJs ? base.tag : nodeJs.image,
          labels: image.labels,
        });
        await requireNode(context, image, own?.version ?? '24.');
      }),
  };
}

async function requireNode(context: ImageContext, image: PlannedImage, version: string): Promise<void> {
  const result = await context.exec.run(['docker', 'run', '--rm', '--network=none', image.tag, 'node', '--version'], {
    signal: context.signal,
  });
  if (result.exitCode !== 0) throw commandFailed(result);
  if (!result.stdout.startsWith(`v${version}`)) {
    throw new KubewrightError('IMAGE_BUILD_FAILED', `Node in ${image.tag} is ${result.stdout.trim()}, not v${version}`);
  }
}
