import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { isKubewrightError, KubewrightError } from '../../domain/errors.ts';
import { identities } from '../../domain/timeline.ts';
import type { Clock } from '../../system/clock.ts';
import { commandFailed, type Exec, withVariable } from '../../system/exec.ts';
import type { Cluster, ClusterRequest, Provider } from '../provider.ts';
import { keepEvidence } from './evidence.ts';
import { issueCredentials, issueEtcdCredentials, kubeconfig } from './identities.ts';
import { kindConfig } from './kind-config.ts';
import { limitNodes } from './limits.ts';
import { findMachines } from './machines.ts';
import {
  childVariable,
  clusterName,
  containerNames,
  loadBalancerAlias,
  loadBalancerName,
  networkName,
  partsLabel,
  plannedMachines,
  studentName,
} from './names.ts';
import { createNetwork, pinAddress } from './network.ts';
import { nameMachine, startSpare, waitUntilBooted } from './node-container.ts';
import { restartAfterReboot } from './power.ts';
import { furnishStudentHost, startStudentHost } from './student.ts';
import { findSessions, missingParts, sweep } from './sweep.ts';
import { openHeldTerminal } from './terminal.ts';
import { createWitness, instructWitness, startWitness } from './witness-host.ts';
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
  /** Makes the image there that kind starts in front of several control planes. */
  readonly loadBalancer: (progress: (line: string) => void, signal: AbortSignal | undefined) => Promise<void>;
  /** Whether the machine that the engine runs on has cgroup v1. */
  readonly cgroupV1: () => Promise<boolean>;
  /** Path of a kind binary of the version we were tested with. */
  readonly kind: (progress: (line: string) => void, signal: AbortSignal | undefined) => Promise<string>;
  /** Refuses a session that this machine cannot take. @throws ENGINE_UNREACHABLE, DISK_LOW */
  readonly admit: () => Promise<void>;
  /** Ends the processes that have this value in their environment, whose parent may have been killed. */
  readonly endChildren: (variable: string, value: string) => Promise<void>;
  /** Folder of kubeconfigs (one a session, never the user's) and evidence. */
  readonly stateFolder: string;
}

/** kind create takes about 35 s for three nodes on two idle cores; a loaded CI machine gets ten minutes. */
const kindCreateDeadlineMs = 600_000;

/** Real kubeadm clusters in containers, made by kind. */
export function createKindProvider(dependencies: KindDependencies): Provider {
  const { exec, stateFolder } = dependencies;
  const sessionFolder = (session: string) => join(stateFolder, 'sessions', session);
  const kubeconfigPath = (session: string) => join(sessionFolder(session), 'kubeconfig');
  const destroy = async (session: string) => {
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
    written: () => writtenBytes(dependencies.dockerode),
    list: ({ allStores }) => findSessions(exec, allStores ? undefined : stateFolder),
    async create(request) {
      const transcript: string[] = [];
      const { session } = request;
      try {
        await mkdir(sessionFolder(session), { recursive: true, mode: 0o700 });
        const marked = withVariable(exec, childVariable, session);
        await build({ ...dependencies, exec: marked }, request, kubeconfigPath(session), transcript);
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

/** The order matters: the witness listens before the API server exists, addresses are fixed before they are written down. */
async function build(
  { exec, dockerode, images, kind, loadBalancer, cgroupV1, stateFolder }: KindDependencies,
  request: ClusterRequest,
  kubeconfigPath: string,
  transcript: string[],
): Promise<void> {
  const { session, shape, minor, upgradeTo, signal, progress } = request;
  const isBalanced = shape.controlPlanes > 1;
  const kindProgram = await kind(progress, signal);
  const image = await images({ minor, upgradeTo }, progress, signal);
  if (isBalanced) await loadBalancer(progress, signal);
  // The first thing of a session on the engine carries the words by which all the rest is known.
  const parts = { [partsLabel]: containerNames(session, shape).join(' ') };
  await createNetwork(exec, { session, home: stateFolder, labels: parts });
  progress('starting the witness and the student host');
  await startWitness(exec, session, image.witness);
  await startStudentHost(exec, session, image.student);

  const kindKubeconfig = `${kubeconfigPath}.kind`;
  const created = await exec.run(
    [
      kindProgram,
      ...['create', 'cluster', '--name', clusterName(session), '--image', image.node],
      // --retain: on failure we keep evidence first and then sweep ourselves; kind would discard its own delete's error.
      ...['--config', '-', '--kubeconfig', kindKubeconfig, '--retain'],
    ],
    {
      input: kindConfig({
        session,
        shape,
        minors: upgradeTo === undefined ? [minor] : [minor, upgradeTo],
        cgroupV1: await cgroupV1(),
      }),
      env: { KIND_EXPERIMENTAL_DOCKER_NETWORK: networkName(session) },
      timeoutMs: kindCreateDeadlineMs,
      signal,
      onLine: (line) => {
        transcript.push(line);
        const step = kindStep(line);
        if (step !== undefined) progress(step);
      },
    },
  );
  if (created.exitCode !== 0) throw commandFailed(created);

  const planned = plannedMachines(session, shape);
  const [first] = planned;
  const spares = planned.filter(({ role }) => role === 'spare');
  if (first === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no machines');
  if (spares.length > 0) progress('starting the spare machines');
  for (const spare of spares) await startSpare(dockerode, session, spare, first.container);
  await limitNodes(
    exec,
    planned.map(({ container }) => container),
  );
  await restartAfterReboot(exec, [
    ...planned.map(({ container }) => container),
    ...(isBalanced ? [loadBalancerName(session)] : []),
  ]);

  progress('fixing the addresses of the machines');
  const network = networkName(session);
  const pin = (container: string, name: string) => pinAddress(exec, network, container, name);
  for (const { container, name, role } of planned) if (role !== 'spare') await pin(container, name);
  if (isBalanced) await pin(loadBalancerName(session), loadBalancerAlias);
  await pin(studentName(session), 'student');
  // A spare sets up its network while it boots: not before that is over may it be taken off and put back.
  const booting = (await findMachines(exec, dockerode, session)).nodes.filter(({ role }) => role === 'spare');
  await Promise.all(booting.map(waitUntilBooted));
  for (const { container, name } of spares) await pin(container, name);
  const { nodes, student } = await findMachines(exec, dockerode, session);
  await Promise.all(nodes.map(nameMachine));

  progress('issuing identities');
  const controlPlane = nodes.find((node) => node.role === 'control-plane');
  if (controlPlane === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no control plane');
  const credentials = await issueCredentials(controlPlane);
  const etcd = await issueEtcdCredentials(controlPlane);
  const inside = `https://${isBalanced ? loadBalancerAlias : controlPlane.address}:6443`;
  const outside = /server: (https:\S+)/.exec(await readFile(kindKubeconfig, 'utf8'))?.[1];
  if (outside === undefined) throw new KubewrightError('PROVISION_FAILED', 'kind wrote a kubeconfig without a server');
  await rm(kindKubeconfig);
  await writeFile(kubeconfigPath, kubeconfig(identities.engine, outside, credentials.engine), { mode: 0o600 });

  progress('furnishing the student host');
  await furnishStudentHost(student, nodes, inside, credentials);
  await instructWitness(exec, session, {
    server: inside,
    credentials: credentials.witness,
    etcd,
    nodes,
    probes: request.probes,
    markers: request.markers,
  });
}

/** kind says " • Preparing nodes 📦 ..." when it begins a step (v0.33.0, pkg/cluster/internal/cli/status.go without a terminal). */
export function kindStep(line: string): string | undefined {
  if (!line.startsWith(' • ')) return undefined;
  return line
    .replaceAll(/[^\x20-\x7e]/g, '')
    .replace(/\.\.\.\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

async function openCluster(
  { exec, clock, dockerode }: KindDependencies,
  session: string,
  config: string,
): Promise<Cluster> {
  const { nodes, student, studentId } = await findMachines(exec, dockerode, session);
  // Loading the client takes longer than all the rest, and most commands never need it.
  const { createKubeApi } = await import('./kube.ts');
  return {
    session,
    nodes,
    student,
    kube: createKubeApi(config, clock),
    witness: createWitness(exec, session),
    machine(name) {
      const machine = [student, ...nodes].find((candidate) => candidate.name === name);
      if (machine !== undefined) return machine;
      const known = [student, ...nodes].map((candidate) => candidate.name).join(', ');
      throw new KubewrightError('USAGE', `there is no machine "${name}" in session ${session}; there are: ${known}`);
    },
    openTerminal: (request) => openHeldTerminal({ docker: dockerode, container: studentId, clock }, request),
    async close() {},
  };
}
