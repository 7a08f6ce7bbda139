import type { MinorVersions } from '../node-image/versions.ts';
import { bootstrappedBase, publishedBase, tools } from './base-recipes.ts';
import type { ImageContext } from './context.ts';
import { fromGo, fromPlanned, fromPublished } from './files-source.ts';
import { etcdTools } from './go-programs.ts';
import { type NodeBase, node, nodeBaseFromModules } from './node-recipes.ts';
import { type PlannedImage, plan, type Recipe, type Source } from './recipe.ts';
import { findWitnessNode, student, witness } from './shell-recipes.ts';
import { upgradeNode } from './upgrade-recipe.ts';

/** The three images a session runs; what they are built on hangs on their parents. */
export interface PlannedSet {
  readonly source: Source;
  /** Patch release that the cluster starts with, such as 1.34.4. */
  readonly kubernetes: string;
  /** Patch release that the node image has packages and images of besides, such as 1.35.4. */
  readonly upgradeKubernetes?: string;
  readonly node: PlannedImage;
  readonly student: PlannedImage;
  readonly witness: PlannedImage;
}

/**
 * Fixes the exact tags of a source's images, without building or asking the engine anything.
 * @param target the minor that the drill upgrades to, if it does
 */
export async function planImages(
  context: ImageContext,
  source: Source,
  versions: MinorVersions,
  target?: MinorVersions,
): Promise<PlannedSet> {
  const fix = (recipe: Recipe) => plan(context, source, recipe);
  const base = await planBase(context, source);
  const toolsImage = await fix(tools(base));
  const nodeBaseOf = async (minor: MinorVersions): Promise<NodeBase> => {
    if (source === 'kindest') return { name: minor.kindest.image, kubernetes: minor.kindest.kubernetes };
    const planned = await fix(nodeBaseFromModules(minor, toolsImage));
    return { name: planned.tag, planned, kubernetes: minor.modules.kubernetes };
  };
  const etcdClients =
    source === 'kindest'
      ? fromPublished(versions.kindest.etcdToolsImage, ['/usr/local/bin/etcdctl', '/usr/local/bin/etcdutl'])
      : fromGo(etcdTools(versions));

  const nodeBase = await nodeBaseOf(versions);
  const plainNode = await fix(node(versions, nodeBase, etcdClients));
  const shells = {
    student: await fix(student(nodeBase.kubernetes, toolsImage, filesOf(nodeBase, ['/usr/bin/kubectl']))),
    witness: await fix(witness(base, await findWitnessNode(context))),
  };
  const start = { source, kubernetes: nodeBase.kubernetes, ...shells };
  if (target === undefined) return { ...start, node: plainNode };
  const targetBase = await nodeBaseOf(target);
  return {
    ...start,
    upgradeKubernetes: targetBase.kubernetes,
    node: await fix(upgradeNode({ image: plainNode, kubernetes: nodeBase.kubernetes }, targetBase)),
  };
}

/** The Debian that everything built here stands on. */
export function planBase(context: ImageContext, source: Source): Promise<PlannedImage> {
  return plan(context, source, source === 'modules' ? bootstrappedBase() : publishedBase());
}

export function finalImages(set: PlannedSet): readonly PlannedImage[] {
  return [set.node, set.student, set.witness];
}

function filesOf(nodeBase: NodeBase, paths: readonly string[]) {
  return nodeBase.planned === undefined ? fromPublished(nodeBase.name, paths) : fromPlanned(nodeBase.planned, paths);
}
