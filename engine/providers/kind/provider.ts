import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { isKubewrightError, KubewrightError } from '../../domain/errors.ts';
import type { Clock } from '../../system/clock.ts';
import { type Exec, withVariable } from '../../system/exec.ts';
import type { Cluster, ClusterRequest, Provider } from '../provider.ts';
import { adoptCluster } from './adopt.ts';
import { keepEvidence } from './evidence.ts';
import { createWitnessFollower } from './follow-witness.ts';
import { type Making, makeFresh } from './fresh.ts';
import { hashPrograms } from './golden/key.ts';
import { bakeGolden, clearGolden, keyOf, type Recipe } from './golden/oven.ts';
import { makeRestored } from './golden/restored.ts';
import { findGolden, listGolden, removeGolden } from './golden/shelf.ts';
import type { GoldenState } from './golden/state.ts';
import { createHeldWitnesses } from './held-witnesses.ts';
import { findMachines } from './machines.ts';
import { childVariable, partsOf } from './names.ts';
import { claimSlot } from './network.ts';
import { readRecordings } from './recordings.ts';
import { standStill, wake } from './stillness.ts';
import { findSessions, missingParts, sweep } from './sweep.ts';
import { openHeldTerminal } from './terminal.ts';
import { usageOf } from './usage.ts';
import { openWitness } from './witness-host.ts';
import { createWitnessRecord } from './witness-record.ts';
import { writtenBytes } from './written.ts';

export interface KindDependencies {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly dockerode: Dockerode;
  /** Tags of the images for a Kubernetes minor, and for an upgrade of it; builds what is missing. */
  readonly images: (
    wanted: { readonly minor: string; readonly upgradeTo?: string | undefined },
    progress: (line: string) => void,
    signal: AbortSignal | undefined,
  ) => Promise<{ node: string; student: string; witness: string }>;
  /** Tag of the image that kind starts in front of several control planes; makes it when it is missing. */
  readonly loadBalancer: (progress: (line: string) => void, signal: AbortSignal | undefined) => Promise<string>;
  /** Whether the machine that the engine runs on has cgroup v1. */
  readonly cgroupV1: () => Promise<boolean>;
  /** Path of a kind binary of the version we were tested with. */
  readonly kind: (progress: (line: string) => void, signal: AbortSignal | undefined) => Promise<string>;
  /** Refuses a session that this machine cannot take. @throws ENGINE_UNREACHABLE, DISK_LOW */
  readonly admit: () => Promise<void>;
  /** A TCP port of this machine's loopback that is free. */
  readonly freePort: () => Promise<number>;
  /** Name of the process that works on something, such as this one, and whether it is still there. */
  readonly owner: { readonly own: () => string; readonly isAlive: (owner: string) => boolean };
  /** Ends the processes that have this value in their environment, whose parent may have been killed. */
  readonly endChildren: (variable: string, value: string) => Promise<void>;
  /** Folder of kubeconfigs (one a session, never the user's) and evidence. */
  readonly stateFolder: string;
}

/** Real kubeadm clusters in containers, made by kind. */
export function createKindProvider(dependencies: KindDependencies): Provider {
  const { exec, dockerode, stateFolder } = dependencies;
  const sessionFolder = (session: string) => join(stateFolder, 'sessions', session);
  const kubeconfigPath = (session: string) => join(sessionFolder(session), 'kubeconfig');
  /** Names what stands still. */
  const stillnessPath = (session: string) => join(sessionFolder(session), 'still');
  let hashed: Promise<string> | undefined;
  /** Read once: what this process runs is what was there when it began. */
  const programs = () => (hashed ??= hashPrograms(import.meta.dirname));
  const heldWitnesses = createHeldWitnesses((session) => openWitness(exec, dockerode, session));
  const destroy = async (session: string) => {
    heldWitnesses.drop(session);
    // What a killed maker had started would go on making things behind the sweep.
    await dependencies.endChildren(childVariable, session);
    await sweep(exec, session);
    await rm(sessionFolder(session), { recursive: true, force: true });
  };

  return {
    name: 'kind',
    admit: dependencies.admit,
    destroy,
    missing: (session) => missingParts(exec, session),
    written: () => writtenBytes(dockerode),
    usage: (session) => usageOf(dockerode, session),
    standStill: (session) => standStill(dockerode, dependencies.clock, session, stillnessPath(session)),
    wake: (session) => wake(dockerode, session, stillnessPath(session)),
    isStill: async (session) => existsSync(stillnessPath(session)),
    async adopt(request) {
      const { session } = request;
      const witness = heldWitnesses.take(session);
      try {
        await adoptCluster(dockerode, request, {
          runOnWitness: witness.run,
          wake: () => wake(dockerode, session, stillnessPath(session)),
        });
        return await openCluster(dependencies, session, await readFile(kubeconfigPath(session), 'utf8'), witness);
      } catch (error) {
        witness.close();
        throw error;
      }
    },
    list: ({ allStores }) => findSessions(exec, allStores ? undefined : stateFolder),
    clearGolden: (options) => clearGolden(dependencies, options),
    async create(request) {
      const transcript: string[] = [];
      const { session } = request;
      try {
        await mkdir(sessionFolder(session), { recursive: true, mode: 0o700 });
        const marked = { ...dependencies, exec: withVariable(exec, childVariable, session) };
        await build(marked, programs, request, kubeconfigPath(session), transcript);
        if (request.ahead === true) await heldWitnesses.hold(session);
        return await openCluster(dependencies, session, await readFile(kubeconfigPath(session), 'utf8'));
      } catch (error) {
        // Ctrl-C reaches kind directly, too: whichever dies first, it was an interruption.
        const interrupted = request.signal?.aborted === true;
        const folder = join(stateFolder, 'evidence', session);
        if (!interrupted) await keepEvidence(exec, session, folder, transcript);
        // What cannot be removed now is reported by the teardown of the walk, which destroys once more; the reason comes first.
        await destroy(session).catch(() => {});
        if (interrupted) {
          const reason: unknown = request.signal?.reason;
          if (isKubewrightError(reason) && reason.code === 'DEADLINE') throw reason;
          throw new KubewrightError('INTERRUPTED', `interrupted; session ${session} was taken down`);
        }
        if (isKubewrightError(error) && error.code !== 'COMMAND_FAILED') throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new KubewrightError(
          'PROVISION_FAILED',
          `the cluster could not be made: ${message}\nEvidence: ${folder}`,
          { cause: error },
        );
      }
    },
    async open(session) {
      const config = await readFile(kubeconfigPath(session), 'utf8').catch(() => undefined);
      if (config === undefined) {
        throw new KubewrightError('SESSION_UNKNOWN', `there is no cluster of a session "${session}"`);
      }
      return openCluster(dependencies, session, config);
    },
  };
}

/** Restores the cluster where that is wanted and can be done, else has kind make it. */
async function build(
  dependencies: KindDependencies,
  programs: () => Promise<string>,
  request: ClusterRequest,
  kubeconfigPath: string,
  transcript: string[],
): Promise<void> {
  const { exec, dockerode, stateFolder } = dependencies;
  const { shape, minor, upgradeTo, signal, progress } = request;
  const kind = await dependencies.kind(progress, signal);
  const images = await dependencies.images({ minor, upgradeTo }, progress, signal);
  const loadBalancerImage = shape.controlPlanes > 1 ? await dependencies.loadBalancer(progress, signal) : undefined;
  const cgroupV1 = await dependencies.cgroupV1();
  const making = { exec, dockerode, stateFolder, request, images, kubeconfigPath };
  const recipe = { shape, minor, upgradeTo, cgroupV1, kind, image: images.node, loadBalancerImage };
  const state = request.golden === 'never' ? undefined : await claimGolden(dependencies, programs(), recipe, request);
  request.onBegin?.();
  if (state !== undefined && (await restored(dependencies, making, state))) return;
  await makeFresh(making, { cgroupV1, kind, transcript });
}

/** Whether it could be restored; a golden state that could not is thrown away, and so is what was made of it. */
async function restored(dependencies: KindDependencies, making: Making, state: GoldenState): Promise<boolean> {
  const { exec, clock, freePort, stateFolder } = dependencies;
  const { session, progress, signal } = making.request;
  try {
    await makeRestored(making, state, { clock, freePort });
    return true;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const message = error instanceof Error ? error.message : String(error);
    progress(`restoring failed, so the cluster is made from nothing: ${message}`);
    await keepEvidence(exec, session, join(stateFolder, 'evidence', session), [message]);
    await sweep(exec, session);
    await removeGolden(
      exec,
      (await listGolden(exec)).filter((shelved) => shelved.state?.bakedAt === state.bakedAt),
    );
    return false;
  }
}

/** A golden state for this session, whose network is made on its subnet; undefined when none is to be had. */
async function claimGolden(
  dependencies: KindDependencies,
  programs: Promise<string>,
  recipe: Recipe,
  request: ClusterRequest,
): Promise<GoldenState | undefined> {
  const { session, shape, golden, progress, signal } = request;
  const { exec, clock, stateFolder } = dependencies;
  const key = await keyOf(exec, recipe, await programs);
  const claim = async (states: readonly GoldenState[]) => {
    const slot = await claimSlot(
      exec,
      { session, home: stateFolder, labels: partsOf(session, shape) },
      states.map((state) => state.slot),
    );
    return states.find((state) => state.slot === slot);
  };
  const claimed = await claim(await findGolden(exec, key, clock.now()));
  if (claimed !== undefined || golden !== 'make') return claimed;
  const made = await bakeGolden(dependencies, recipe, key, request).catch((error: unknown) => {
    if (signal?.aborted === true || (isKubewrightError(error) && error.code === 'LEAK')) throw error;
    const message = error instanceof Error ? error.message : String(error);
    progress(`no golden state could be made, so the cluster is made from nothing: ${message}`);
    return undefined;
  });
  return made === undefined ? undefined : claim([made]);
}

async function openCluster(
  { exec, clock, dockerode }: KindDependencies,
  session: string,
  config: string,
  witness = openWitness(exec, dockerode, session),
): Promise<Cluster> {
  const { nodes, student, studentId, restored, close } = await findMachines(exec, dockerode, session);
  // Loading the client takes longer than all the rest, and most commands never need it.
  const { createKubeApi } = await import('./kube.ts');
  return {
    session,
    restored,
    nodes,
    student,
    kube: createKubeApi(config, clock),
    witness: { ...createWitnessRecord(witness.run), ...createWitnessFollower(dockerode, session) },
    machine(name) {
      const machine = [student, ...nodes].find((candidate) => candidate.name === name);
      if (machine !== undefined) return machine;
      const known = [student, ...nodes].map((candidate) => candidate.name).join(', ');
      throw new KubewrightError('USAGE', `there is no machine "${name}" in session ${session}; there are: ${known}`);
    },
    openTerminal: (request) => openHeldTerminal({ docker: dockerode, container: studentId, clock }, request),
    recordings: () => readRecordings(student),
    async close() {
      close();
      witness.close();
    },
  };
}
