import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLayer, copyInputs } from './base-recipes.ts';
import { imageScripts, type NodeBase, packageScript, requireNodeVersions } from './node-recipes.ts';
import type { PlannedImage, Recipe } from './recipe.ts';
import { requireVersionInImage } from './versions-check.ts';
import { takeFromScript } from './work-container.ts';
import { withWorkFolder } from './work-folder.ts';

const layer = 'node-image/upgrade-layer';

/**
 * The node image of drills that upgrade: a node image, and from the node base of the next minor its packages and all
 * images that its kubeadm wants. Nothing in it is upgraded yet.
 */
export function upgradeNode(from: { image: PlannedImage; kubernetes: string }, target: NodeBase): Recipe {
  return {
    role: 'node',
    version: `v${from.kubernetes}-to-v${target.kubernetes}`,
    inputs: [
      ...[...imageScripts, packageScript, layer, 'node-image/Dockerfile'].map((path) => ({ path })),
      { name: 'target node base', value: target.name },
    ],
    parents: [from.image, ...(target.planned === undefined ? [] : [target.planned])],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        const exporting = join(folder, 'export');
        const installing = join(folder, 'install');
        await mkdir(exporting);
        await mkdir(join(installing, 'target'), { recursive: true });
        await copyInputs(context, exporting, [...imageScripts, layer]);
        await copyInputs(context, installing, [...imageScripts, packageScript, layer]);
        // A tag of a registry may hold another release than the table says; ours was asked when it was built.
        await requireVersionInImage(context, target.name, 'kubeadm', target.kubernetes);
        await takeFromScript(context, {
          from: target.name,
          folder: exporting,
          script: 'upgrade-layer/export.sh',
          to: join(installing, 'target'),
        });
        await buildLayer(context, image, {
          from: from.image.tag,
          folder: installing,
          script: 'upgrade-layer/install.sh',
          dockerfile: 'node-image/Dockerfile',
        });
        await requireNodeVersions(context, image, {
          kubeadm: from.kubernetes,
          kubelet: from.kubernetes,
          kubectl: from.kubernetes,
        });
      }),
  };
}
