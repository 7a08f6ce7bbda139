import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { isKubewrightError, KubewrightError } from '../../domain/errors.ts';
import { identities } from '../../domain/timeline.ts';
import type { Clock } from '../../system/clock.ts';
import { commandFailed, type Exec } from '../../system/exec.ts';
import type { Cluster, ClusterRequest, Node, Provider } from '../provider.ts';
import { docker, rows } from './docker.ts';
import { keepEvidence } from './evidence.ts';
import { issueCredentials, kubeconfig } from './identities.ts';
import { kindConfig } from './kind-config.ts';
import { createMachine } from './machine.ts';
import { clusterName, kindClusterLabel, networkName, plannedMachines, studentName } from './names.ts';
import { addressOf, createNetwork, pinAddress } from './network.ts';
import { furnishStudentHost, startStudentHost } from './student.ts';
import { findSessions, sweep } from './sweep.ts';
import { openHeldTerminal } from './terminal.ts';
import { createWitness, instructWitness, startWitness } from './witness-host.ts';

export interface KindDependencies {
  readonly exec: Exec;
  readonly clock: Clock;
  readonly dockerode: Dockerode;
  /** Tags of the images for a Kubernetes minor; builds what is missing. */
  readonly images: (
    minor: string,
    progress: (line: string) => void,
    signal: AbortSignal | undefined,
  ) => Promise<{ node: string; student: string; witness: string }>;
  /** Path of a kind binary of the version we were tested with. */
  readonly kind: (progress: (line: string) => void, signal: AbortSignal | undefined) => Promise<string>;
  /** Refuses a session that this machine cannot take. @throws ENGINE_UNREACHABLE, DISK_LOW */
  readonly admit: () => Promise<void>;
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
    await sweep(exec, session);
    await rm(sessionFolder(session), { recursive: true, force: true });
  };

  return {
    name: 'kind',
    admit: dependencies.admit,
    destroy,
    list: ({ allStores }) => findSessions(exec, allStores ? undefined : stateFolder),
    async create(request) {
      const transcript: string[] = [];
      const { session } = request;
      try {
        await mkdir(sessionFolder(session), { recursive: true, mode: 0o700 });
        await build(dependencies, request, kubeconfigPath(session), transcript);
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
  { exec, images, kind, stateFolder }: KindDependencies,
  request: ClusterRequest,
  kubeconfigPath: string,
  transcript: string[],
): Promise<void> {
  const { session, shape, signal, progress } = request;
  const kindProgram = await kind(progress, signal);
  const image = await images(request.minor, progress, signal);
  await createNetwork(exec, session, stateFolder);
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
      input: kindConfig(session, shape),
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

  progress('fixing the addresses of the machines');
  const network = networkName(session);
  const planned = plannedMachines(session, shape);
  for (const { container, name } of planned) await pinAddress(exec, network, container, name);
  await pinAddress(exec, network, studentName(session), 'student');
  const { nodes, student } = await machines(exec, session);
  await Promise.all(nodes.map((node) => nameMachine(node)));

  progress('issuing identities');
  const controlPlane = nodes.find((node) => node.role === 'control-plane');
  if (controlPlane === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no control plane');
  const credentials = await issueCredentials(controlPlane);
  const inside = `https://${controlPlane.address}:6443`;
  const outside = /server: (https:\S+)/.exec(await readFile(kindKubeconfig, 'utf8'))?.[1];
  if (outside === undefined) throw new KubewrightError('PROVISION_FAILED', 'kind wrote a kubeconfig without a server');
  await rm(kindKubeconfig);
  await writeFile(kubeconfigPath, kubeconfig(identities.engine, outside, credentials.engine), { mode: 0o600 });

  progress('furnishing the student host');
  await furnishStudentHost(student, nodes, inside, credentials);
  await instructWitness(exec, session, {
    server: inside,
    credentials: credentials.witness,
    nodes,
    probes: request.probes,
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

/** The machine calls itself as the cluster calls it, also after a restart (the node image's entrypoint reads the file). */
async function nameMachine(node: Node): Promise<void> {
  await node.write('/etc/kubewright/hostname', `${node.name}\n`);
  await node.exec(['/usr/local/lib/kubewright/set-hostname']);
}

async function openCluster(
  { exec, clock, dockerode }: KindDependencies,
  session: string,
  config: string,
): Promise<Cluster> {
  const { nodes, student, studentId } = await machines(exec, session);
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

/** Finds the machines of a session by kind's labels. @throws SESSION_UNKNOWN when the student host is not there. */
async function machines(exec: Exec, session: string): Promise<{ nodes: Node[]; student: Node; studentId: string }> {
  const network = networkName(session);
  const found = await docker(exec, [
    ...['ps', '--all', '--filter', `label=${kindClusterLabel}=${clusterName(session)}`],
    ...['--format', '{{.Names}}|{{.Label "io.x-k8s.kind.role"}}'],
  ]);
  const named = rows(found).flatMap((row) => {
    const [container, role] = row.split('|');
    if (container === undefined || (role !== 'control-plane' && role !== 'worker')) return [];
    const number = /(?:control-plane|worker)(\d*)$/.exec(container)?.[1] ?? '';
    const name = `${role === 'worker' ? 'w' : 'cp'}${number === '' ? 1 : number}`;
    return [{ container, role, name } as const];
  });
  const inOrder = named.sort(
    (a, b) => a.role.localeCompare(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
  const nodes = await Promise.all(
    inOrder.map(async (entry) =>
      createMachine(exec, { ...entry, address: await addressOf(exec, network, entry.container) }),
    ),
  );
  const ids = rows(
    await docker(exec, ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${studentName(session)}$`]),
  );
  const studentId = ids[0];
  if (studentId === undefined || nodes.length === 0) {
    throw new KubewrightError('SESSION_UNKNOWN', `the machines of session ${session} are gone`, {
      remedy: `Stop what is left of it with "kubewright stop ${session}".`,
    });
  }
  const address = await addressOf(exec, network, studentId);
  const student = createMachine(exec, { name: 'student', role: 'student', address, container: studentId });
  return { nodes, student, studentId };
}
