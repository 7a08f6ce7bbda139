import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageContext } from './context.ts';
import { debianRootInput, importDebianRoot } from './debian-root.ts';
import { buildDockerfile } from './docker.ts';
import { readMachineApt, writeMachineApt } from './machine-apt.ts';
import type { PlannedImage, Recipe } from './recipe.ts';
import { commitScript } from './work-container.ts';
import { withWorkFolder } from './work-folder.ts';

const debian = 'bookworm';

/** Debian from a registry (clusters/base/Dockerfile). */
export function publishedBase(): Recipe {
  return {
    role: 'base',
    version: debian,
    inputs: [{ path: 'base/Dockerfile' }],
    parents: [],
    build: (context, image) => buildBase(context, image, undefined),
  };
}

/** The same Debian where no registry can be reached. */
export function bootstrappedBase(): Recipe {
  return {
    role: 'base',
    version: debian,
    inputs: [{ path: 'base/Dockerfile' }, debianRootInput],
    parents: [],
    build: (context, image) =>
      withIntermediate(context, image, async (name) => {
        await importDebianRoot(context, name);
        await buildBase(context, image, name);
      }),
  };
}

/** The base with what every shell of a drill has. */
export function tools(base: PlannedImage): Recipe {
  return {
    role: 'tools',
    version: debian,
    inputs: ['apt-install.sh', 'install-tools.sh', 'layer.Dockerfile', 'tools-packages.txt'].map((name) => ({
      path: `base/${name}`,
    })),
    parents: [base],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await copyInputs(context, folder, ['base/apt-install.sh', 'base/install-tools.sh', 'base/tools-packages.txt']);
        await writeMachineApt(await readMachineApt(context), folder);
        await buildLayer(context, image, {
          from: base.tag,
          folder,
          script: 'install-tools.sh',
          dockerfile: 'base/layer.Dockerfile',
        });
      }),
  };
}

/**
 * An image from a script that runs in a container: commit, then a Dockerfile for what a commit cannot set.
 * @param layer.dockerfile path below clusters/
 * @throws KubewrightError COMMAND_FAILED
 */
export async function buildLayer(
  context: ImageContext,
  image: PlannedImage,
  layer: { from: string; folder: string; script: string; dockerfile: string },
): Promise<void> {
  await withIntermediate(context, image, async (name) => {
    await commitScript(context, { from: layer.from, folder: layer.folder, script: layer.script, to: name });
    await withWorkFolder(context, async (empty) => {
      const dockerfile = join(empty, 'Dockerfile');
      await cp(join(context.clustersFolder, layer.dockerfile), dockerfile);
      await buildDockerfile(context, { folder: empty, dockerfile, tag: image.tag, from: name, labels: image.labels });
    });
  });
}

/** Copies files and folders of clusters/ into a build folder, by their last name. */
export async function copyInputs(context: ImageContext, folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await cp(join(context.clustersFolder, path), join(folder, path.split('/').at(-1) ?? path), { recursive: true });
}

async function buildBase(context: ImageContext, image: PlannedImage, from: string | undefined): Promise<void> {
  await withWorkFolder(context, async (folder) => {
    await copyInputs(context, folder, ['base/Dockerfile']);
    await buildDockerfile(context, {
      folder,
      dockerfile: join(folder, 'Dockerfile'),
      tag: image.tag,
      from,
      labels: image.labels,
    });
  });
}

/** A name for an image that lives only while another is built on it; its layers stay as part of that one. */
async function withIntermediate(
  context: ImageContext,
  image: PlannedImage,
  use: (name: string) => Promise<void>,
): Promise<void> {
  const name = `kubewright/build:${image.role}-${process.pid}`;
  try {
    await use(name);
  } finally {
    // Without the signal, and whatever it says: the name may never have been made.
    await context.exec.run(['docker', 'image', 'rm', '--no-prune', name]);
  }
}
