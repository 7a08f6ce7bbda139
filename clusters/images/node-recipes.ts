import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustSucceed } from '../../engine/system/exec.ts';
import { kindFolder, kindVersion, type MinorVersions } from '../node-image/versions.ts';
import { buildLayer, copyInputs } from './base-recipes.ts';
import type { ImageContext } from './context.ts';
import type { FilesSource } from './files-source.ts';
import { fromGo } from './files-source.ts';
import { downloadGoModule, goInputs } from './go-build.ts';
import { kindProgram, nodePrograms } from './go-programs.ts';
import { readMachineApt, writeMachineApt } from './machine-apt.ts';
import type { PlannedImage, Recipe } from './recipe.ts';
import { type KnownProgram, requireVersionInImage } from './versions-check.ts';
import { withWorkFolder } from './work-folder.ts';

/** Scripts that run in both layers of a node and in the upgrade layer. */
export const imageScripts = ['node-image/with-containerd.sh', 'node-image/import-images.sh'] as const;
const sharedScripts = ['base/apt-install.sh', 'node-image/make-image-archive.sh', ...imageScripts] as const;
export const packageScript = 'node-image/add-packages.sh';
const labPackages = 'node-image/lab-layer/packages.txt';

/** What kindest/node is, from Go modules and Debian packages (clusters/node-image/modules-source). */
export function nodeBaseFromModules(versions: MinorVersions, toolsImage: PlannedImage): Recipe {
  const programs = fromGo(nodePrograms(versions));
  const versionsFile = [
    `KUBERNETES=${versions.modules.kubernetes}`,
    `ETCD_TAG=${versions.etcdTag}`,
    `COREDNS=${versions.coredns}`,
    `PAUSE=${versions.pause}`,
    '',
  ].join('\n');
  return {
    role: 'node-base',
    version: `v${versions.modules.kubernetes}`,
    inputs: [
      ...programs.inputs,
      // The go.sum of the kind module fixes kind's base files, which are taken from the module cache.
      ...goInputs(kindProgram),
      ...[...sharedScripts, labPackages, 'node-image/modules-source', 'base/layer.Dockerfile'].map((path) => ({
        path,
      })),
      { name: 'versions.env', value: versionsFile },
    ],
    parents: [toolsImage],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await mkdir(join(folder, 'bin'));
        await programs.provide(context, join(folder, 'bin'));
        await copyKindFiles(context, join(folder, 'kind-files'));
        await writeFile(join(folder, 'versions.env'), versionsFile);
        await copyInputs(context, folder, [...sharedScripts, 'node-image/modules-source']);
        await cp(join(context.clustersFolder, labPackages), join(folder, 'lab-packages.txt'));
        await writeMachineApt(await readMachineApt(context), folder);
        await buildLayer(context, image, {
          from: toolsImage.tag,
          folder,
          script: 'modules-source/install.sh',
          dockerfile: 'base/layer.Dockerfile',
        });
      }),
  };
}

/** What a node image is built on, whichever source it comes from. */
export interface NodeBase {
  /** Of the image; one of a registry is known by nothing else. */
  readonly name: string;
  /** The image itself where it is one of ours. */
  readonly planned?: PlannedImage;
  /** Patch release inside it, such as 1.34.4. */
  readonly kubernetes: string;
}

/** The node image: the lab layer on a node base. */
export function node(versions: MinorVersions, nodeBase: NodeBase, etcdTools: FilesSource): Recipe {
  const { kubernetes } = nodeBase;
  return {
    role: 'node',
    version: `v${kubernetes}`,
    inputs: [
      ...[
        ...sharedScripts,
        packageScript,
        'base/tools-packages.txt',
        'node-image/lab-layer',
        'workloads-image',
        'node-image/Dockerfile',
      ].map((path) => ({ path })),
      ...etcdTools.inputs,
      { name: 'node base', value: nodeBase.name },
    ],
    parents: [...(nodeBase.planned === undefined ? [] : [nodeBase.planned]), ...etcdTools.parents],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await mkdir(join(folder, 'etcd-tools'));
        await etcdTools.provide(context, join(folder, 'etcd-tools'));
        await copyInputs(context, folder, [
          ...sharedScripts,
          packageScript,
          'base/tools-packages.txt',
          'node-image/lab-layer',
          'workloads-image',
        ]);
        await cp(join(context.clustersFolder, labPackages), join(folder, 'lab-packages.txt'));
        await writeMachineApt(await readMachineApt(context), folder);
        await buildLayer(context, image, {
          from: nodeBase.name,
          folder,
          script: 'lab-layer/install.sh',
          dockerfile: 'node-image/Dockerfile',
        });
        await requireNodeVersions(context, image, {
          kubeadm: kubernetes,
          kubelet: kubernetes,
          kubectl: kubernetes,
          etcdctl: versions.etcd,
          etcdutl: versions.etcd,
        });
      }),
  };
}

/** Asks the programs inside the finished image; an image that lies about its tag is removed again. */
export async function requireNodeVersions(
  context: ImageContext,
  image: PlannedImage,
  expected: Readonly<Partial<Record<KnownProgram, string>>>,
): Promise<void> {
  try {
    for (const [program, version] of Object.entries(expected)) {
      await requireVersionInImage(context, image.tag, program as KnownProgram, version);
    }
  } catch (error) {
    await context.exec.run(['docker', 'image', 'rm', image.tag]);
    throw error;
  }
}

/** The base files of a kind node, out of the module cache: copied at build time and never part of this repository. */
async function copyKindFiles(context: ImageContext, folder: string): Promise<void> {
  const source = await downloadGoModule(
    context,
    `node-image/modules/${kindFolder}`,
    `sigs.k8s.io/kind@v${kindVersion}`,
  );
  await cp(join(source, 'images/base/files'), folder, { recursive: true });
  // The module cache is read-only, and so is every copy of it: the work folder could not be removed.
  await mustSucceed(context.exec, ['chmod', '-R', 'u+w', folder], { signal: context.signal });
}
