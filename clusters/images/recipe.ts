import type { ImageContext } from './context.ts';
import { hashInputs, type Input } from './inputs.ts';

type Role = 'base' | 'tools' | 'node-base' | 'node' | 'student' | 'witness' | 'load-balancer';
export type Source = 'kindest' | 'modules';

/** How one image is made, before its tag is known. */
export interface Recipe {
  readonly role: Role;
  /** For the tag and for people: a Kubernetes, Debian or Node version. */
  readonly version: string;
  readonly inputs: readonly Input[];
  /** Images that this one is built on or copies from; their tags are inputs, too. */
  readonly parents: readonly PlannedImage[];
  readonly build: (context: ImageContext, image: PlannedImage) => Promise<void>;
}

/** An image with its exact tag. An image of that tag that is there is the right one. */
export interface PlannedImage {
  readonly role: Role;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly parents: readonly PlannedImage[];
  readonly build: (context: ImageContext) => Promise<void>;
}

export const roleLabel = 'kubewright.role';
/** Hash of all that an image is made of. */
export const inputsLabel = 'kubewright.inputs';

/** Fixes the tag of a recipe: kubewright/<role>:<version>-<first 12 hex digits of the hash of all it is made of>. */
export async function plan(context: ImageContext, source: Source, recipe: Recipe): Promise<PlannedImage> {
  const parents = recipe.parents.map((parent, index) => ({ name: `parent ${index}`, value: parent.tag }));
  const about = { name: 'recipe', value: JSON.stringify([recipe.role, recipe.version, source]) };
  const hash = await hashInputs(context.clustersFolder, [...recipe.inputs, ...parents, about]);
  const image: PlannedImage = {
    role: recipe.role,
    tag: `kubewright/${recipe.role}:${recipe.version}-${hash.slice(0, 12)}`,
    labels: {
      [roleLabel]: recipe.role,
      'kubewright.source': source,
      'kubewright.version': recipe.version,
      [inputsLabel]: hash,
    },
    parents: recipe.parents,
    build: (builder) => recipe.build(builder, image),
  };
  return image;
}
