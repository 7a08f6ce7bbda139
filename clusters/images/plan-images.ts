import type { MinorVersions } from '../node-image/versions.ts';
import { bootstrappedBase, publishedBase, tools } from './base-recipes.ts';
import type { ImageContext } from './context.ts';
import { fromGo, fromPlanned, fromPublished } from './files-source.ts';
import { etcdTools } from './go-programs.ts';
import { node, nodeBaseFromModules } from './node-recipes.ts';
import { type PlannedImage, plan, type Recipe, type Source } from './recipe.ts';
import { findWitnessNode, student, witness } from './shell-recipes.ts';

/** The three images a session runs; what they are built on hangs on their parents. */
export interface PlannedSet {
  readonly source: Source;
  /** Patch release, such as 1.34.4. */
  readonly kubernetes: string;
  readonly node: PlannedImage;
  readonly student: PlannedImage;
  readonly witness: PlannedImage;
}

/** Fixes the exact tags of a source's images, without building or asking the engine anything. */
export async function planImages(context: ImageContext, source: Source, versions: MinorVersions): Promise<PlannedSet> {
  const fix = (recipe: Recipe) => plan(context, source, recipe);
  const base = await fix(source === 'modules' ? bootstrappedBase() : publishedBase());
  const toolsImage = await fix(tools(base));
  const witnessImage = await fix(witness(base, await findWitnessNode(context)));
  if (source === 'modules') {
    const { kubernetes } = versions.modules;
    const nodeBase = await fix(nodeBaseFromModules(versions, toolsImage));
    return {
      source,
      kubernetes,
      node: await fix(
        node(versions, kubernetes, { name: nodeBase.tag, planned: nodeBase }, fromGo(etcdTools(versions))),
      ),
      student: await fix(student(kubernetes, toolsImage, fromPlanned(nodeBase, ['/usr/bin/kubectl']))),
      witness: witnessImage,
    };
  }
  const { kubernetes, image, etcdToolsImage } = versions.kindest;
  const published = fromPublished(etcdToolsImage, ['/usr/local/bin/etcdctl', '/usr/local/bin/etcdutl']);
  return {
    source,
    kubernetes,
    node: await fix(node(versions, kubernetes, { name: image }, published)),
    student: await fix(student(kubernetes, toolsImage, fromPublished(image, ['/usr/bin/kubectl']))),
    witness: witnessImage,
  };
}

export function finalImages(set: PlannedSet): readonly PlannedImage[] {
  return [set.node, set.student, set.witness];
}
