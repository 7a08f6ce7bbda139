import { defaultMinor, loadBalancerImage, versionsOf } from '../node-image/versions.ts';
import { buildLayer, copyInputs } from './base-recipes.ts';
import { buildMissing, missingOf } from './build-missing.ts';
import { chooseSource } from './choose-source.ts';
import { contextOf, type ImageContext, type ImageDeps } from './context.ts';
import { docker, labelsOf, tryPull } from './docker.ts';
import { readMachineApt, writeMachineApt } from './machine-apt.ts';
import { planBase } from './plan-images.ts';
import { inputsLabel, type PlannedImage, plan, type Recipe, type Source } from './recipe.ts';
import { withWorkFolder } from './work-folder.ts';

const inputs = [
  'base/apt-install.sh',
  'base/layer.Dockerfile',
  'load-balancer/envoy',
  'load-balancer/install.sh',
  'load-balancer/packages.txt',
];
/** GiB: the base and haproxy. */
const neededDisk = 2;

/**
 * Sees to the image that kind starts in front of several control planes, under the fixed name it has there: pulled, or
 * where it cannot be had a stand-in with the same contract (clusters/load-balancer), labelled as that.
 * @throws KubewrightError ENGINE_UNREACHABLE, HOST_UNFIT, DISK_LOW, IMAGE_BUILD_FAILED, INTERRUPTED
 */
export async function ensureLoadBalancer(deps: ImageDeps): Promise<void> {
  const context = contextOf(deps);
  const choice = await chooseSource(context, versionsOf(defaultMinor), { requested: 'auto', mayPull: false });
  const standIn = await planStandIn(context, choice.source);
  const state = await stateOf(context, standIn);
  if (state === 'usable') return;
  // Node images that were built here have already found no registry.
  if (state === 'absent' && !(choice.decided && choice.source === 'modules')) {
    context.progress(`asking the registry for ${loadBalancerImage}`);
    const refusal = await tryPull(context, loadBalancerImage);
    if (refusal === undefined) return;
    context.progress(`${loadBalancerImage} cannot be pulled: ${refusal}`);
  }
  if ((await missingOf(context, [standIn])).length > 0) await buildMissing(context, [standIn], neededDisk);
  await docker(context, ['tag', standIn.tag, loadBalancerImage]);
}

/** Whether ensureLoadBalancer would have something to do. Builds and pulls nothing. */
export async function findLoadBalancer(deps: ImageDeps): Promise<{ missing: string[] }> {
  const context = contextOf(deps);
  const choice = await chooseSource(context, versionsOf(defaultMinor), { requested: 'auto', mayPull: false });
  const state = await stateOf(context, await planStandIn(context, choice.source));
  return { missing: state === 'usable' ? [] : [loadBalancerImage] };
}

/** The stand-in, under a tag of ours. */
export async function planStandIn(context: ImageContext, source: Source): Promise<PlannedImage> {
  return plan(context, source, standIn(await planBase(context, source)));
}

/** What is there under kind's name: nothing, a stand-in that is no longer ours, or one that can be used (or Envoy itself). */
async function stateOf(context: ImageContext, standIn: PlannedImage): Promise<'absent' | 'stale' | 'usable'> {
  const labels = await labelsOf(context, loadBalancerImage);
  if (labels === undefined) return 'absent';
  const hash = labels[inputsLabel];
  return hash === undefined || hash === standIn.labels[inputsLabel] ? 'usable' : 'stale';
}

function standIn(base: PlannedImage): Recipe {
  return {
    role: 'load-balancer',
    version: 'haproxy',
    inputs: inputs.map((path) => ({ path })),
    parents: [base],
    build: (context, image) =>
      withWorkFolder(context, async (folder) => {
        await copyInputs(context, folder, inputs);
        await writeMachineApt(await readMachineApt(context), folder);
        const about = `haproxy in place of ${loadBalancerImage}, for kind; made by kubewright`;
        await buildLayer(
          context,
          { ...image, labels: { ...image.labels, 'org.opencontainers.image.description': about } },
          { from: base.tag, folder, script: 'install.sh', dockerfile: 'base/layer.Dockerfile' },
        );
      }),
  };
}
