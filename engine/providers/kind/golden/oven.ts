import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { KubewrightError } from '../../../domain/errors.ts';
import type { Clock } from '../../../system/clock.ts';
import type { Exec } from '../../../system/exec.ts';
import type { ClearedGolden, ClusterRequest } from '../../provider.ts';
import { docker, rows } from '../docker.ts';
import { keepEvidence } from '../evidence.ts';
import { configOf, type KindCluster, kindCreate } from '../kind-create.ts';
import { limitNodes, whileMaking } from '../limits.ts';
import { findNodes } from '../machines.ts';
import {
  bakerLabel,
  clusterName,
  homeLabel,
  loadBalancerAlias,
  loadBalancerName,
  plannedMachines,
  sessionLabel,
} from '../names.ts';
import { addressOf, claimSlot, goldenSlots } from '../network.ts';
import { nameMachine } from '../node-container.ts';
import { sweep } from '../sweep.ts';
import { keepMachines, type RestingMachine } from './bake.ts';
import { goldenKey } from './key.ts';
import { bringToRest } from './rest.ts';
import { findGolden, listGolden, removeGolden, trimShelf } from './shelf.ts';
import type { GoldenState } from './state.ts';

interface OvenDependencies {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly dockerode: Dockerode;
  readonly stateFolder: string;
  /** Name of a process that works on something, such as this one, and whether it is still there. */
  readonly owner: { readonly own: () => string; readonly isAlive: (owner: string) => boolean };
}

/** What a cluster is made of; all but the session, which a golden state has no use for. */
export type Recipe = Pick<KindCluster, 'shape' | 'minor' | 'upgradeTo' | 'cgroupV1' | 'kind' | 'image'> & {
  readonly loadBalancerImage: string | undefined;
};

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * The key of the golden states that can stand for a cluster made now.
 * @param programs hash of this provider's programs: whatever is changed in them may change what comes out
 */
export async function keyOf(exec: Exec, recipe: Recipe, programs: string): Promise<string> {
  const idOf = async (image: string) =>
    (await docker(exec, ['image', 'inspect', '--format', '{{.Id}}', image])).stdout.trim();
  const { controlPlanes, workers } = recipe.shape;
  return goldenKey({
    nodeImage: await idOf(recipe.image),
    loadBalancerImage: recipe.loadBalancerImage === undefined ? undefined : await idOf(recipe.loadBalancerImage),
    kindConfig: configOf({ ...recipe, session: 'golden' }),
    kindVersion: (await exec.run([recipe.kind, 'version'])).stdout,
    shape: { controlPlanes, workers },
    proxies: Object.fromEntries(proxyVariables.map((name) => [name, process.env[name]])),
    programs,
  });
}

/**
 * Makes a cluster, brings it to rest and keeps it as a golden state on a subnet that has none of this key. undefined when
 * all subnets for golden states are taken. The cluster is no session: nothing lists it, and it is gone at the end.
 */
export async function bakeGolden(
  dependencies: OvenDependencies,
  recipe: Recipe,
  key: string,
  request: Pick<ClusterRequest, 'progress' | 'signal' | 'ahead'>,
): Promise<GoldenState | undefined> {
  const { progress, signal } = request;
  const { exec, clock, dockerode, stateFolder, owner } = dependencies;
  await trimShelf(exec, clock.now());
  const baked = new Set((await findGolden(exec, key, clock.now())).map(({ slot }) => slot));
  const part = randomBytes(5).toString('hex');
  const network = { session: part, home: stateFolder, labels: { [bakerLabel]: owner.own() } };
  const slot = await claimSlot(
    exec,
    network,
    goldenSlots.filter((candidate) => !baked.has(candidate)),
  );
  if (slot === undefined) return undefined;
  const transcript: string[] = [];
  try {
    progress('making a cluster to restore others from');
    await kindCreate(exec, {
      ...{ ...recipe, session: part, transcript, signal },
      progress: (line) => progress(`making a cluster to restore others from: ${line}`),
      kubeconfigPath: join(stateFolder, `golden-${part}.kubeconfig`),
      onMachines: () => limitNodes(dockerode, machinesOf(part, recipe), whileMaking(request)),
    });
    const nodes = await findNodes(exec, dockerode, part);
    await Promise.all(nodes.map(nameMachine));
    progress('bringing it to rest');
    const memory = await bringToRest(nodes);
    const machines = await restingMachines(exec, part, recipe);
    signal?.throwIfAborted();
    await docker(exec, ['kill', ...machines.map(({ container }) => container)]);
    progress('keeping its machines');
    const folder = join(stateFolder, 'golden');
    await keepMachines({ exec, maker: dockerode, folder, part }, machines, { key, slot, bakedAt: clock.now(), memory });
  } catch (error) {
    transcript.push(error instanceof Error ? error.message : String(error));
    await keepEvidence(exec, part, join(stateFolder, 'evidence', part), transcript);
    await removeGolden(
      exec,
      (await listGolden(exec)).filter((it) => it.part === part),
    );
    throw error;
  } finally {
    await sweep(exec, part);
  }
  const made = (await findGolden(exec, key, clock.now())).find((state) => state.slot === slot);
  if (made !== undefined) return made;
  throw new KubewrightError('PROVISION_FAILED', 'a golden state was made and is not there');
}

function machinesOf(part: string, { shape }: Pick<Recipe, 'shape'>) {
  return plannedMachines(part, shape).flatMap(({ name, role, container }) =>
    role === 'spare' ? [] : [{ name, role, container }],
  );
}

/** Addresses are asked for while the machines run: a container that does not has none. */
async function restingMachines(exec: Exec, part: string, { shape }: Recipe): Promise<RestingMachine[]> {
  const nodes = machinesOf(part, { shape });
  const balancers =
    shape.controlPlanes > 1
      ? [{ name: loadBalancerAlias, role: 'load-balancer' as const, container: loadBalancerName(part) }]
      : [];
  return Promise.all(
    [...nodes, ...balancers].map(async (machine) => ({
      ...machine,
      suffix: machine.container.slice(clusterName(part).length + 1),
      address: await addressOf(exec, clusterName(part), machine.container),
      // In kubeconfigs and in the load balancer's list machines are called by the names that kind gave them.
      aliases: [machine.name, machine.container],
    })),
  );
}

/** See Provider.clearGolden. */
export async function clearGolden(
  { exec, stateFolder, owner }: OvenDependencies,
  { all, allStores }: { readonly all: boolean; readonly allStores: boolean },
): Promise<ClearedGolden> {
  const labels = [sessionLabel, homeLabel, bakerLabel].map((label) => `{{.Label "${label}"}}`);
  const listed = await docker(exec, [
    ...['network', 'ls', '--filter', `label=${bakerLabel}`, '--format', labels.join('|')],
  ]);
  const busy = new Set<string>();
  let unfinished = 0;
  for (const row of rows(listed)) {
    const [part = '', home, baker = ''] = row.split('|');
    // A baker of another store may live where this process cannot see it.
    if ((allStores || home === stateFolder) && !owner.isAlive(baker)) {
      await sweep(exec, part);
      unfinished += 1;
    } else busy.add(part);
  }
  const shelved = (await listGolden(exec)).filter(({ part, state }) => !busy.has(part) && (all || state === undefined));
  const { parts, inUse } = await removeGolden(exec, shelved);
  const gone = shelved.filter(({ part }) => parts.includes(part));
  return {
    removed: parts.length,
    inUse: inUse.length,
    bytes: gone.reduce((sum, { state }) => sum + (state?.bytes ?? 0), 0),
    unfinished,
  };
}
