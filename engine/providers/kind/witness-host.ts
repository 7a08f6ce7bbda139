import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Dockerode from 'dockerode';
import { type Exec, mustSucceed } from '../../system/exec.ts';
import type { Node, ServiceProbe } from '../provider.ts';
import { openChannel } from './channel.ts';
import { docker, rows } from './docker.ts';
import { holdChannel } from './held-channel.ts';
import type { Credentials } from './identities.ts';
import { networkName, sessionLabel, witnessName } from './names.ts';
import { type ContainerRun, createContainerRun } from './run-in-container.ts';
import { journalPath } from './witness-record.ts';

/** .ts in the checkout, .js in a packed installation. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = `/witness/engine/witness/main.${extension}`;
/** Where the host's /sys/fs/cgroup is in the container. */
const controlGroups = '/host/cgroup';

/**
 * Starts the witness: a container on the session's network, so that it outlives this process and sees nodes that the
 * host can't reach. It starts before the cluster, so that the API server's first audit event has a listener; its name
 * "witness" is in the node image's webhook configuration.
 * @param folder the session's: what a killed process leaves in there goes when the session is taken down
 * @param address its fixed one; without it the engine hands one out
 */
export async function startWitness(
  exec: Exec,
  { session, image, folder, address }: { session: string; image: string; folder: string; address?: string },
): Promise<void> {
  const name = witnessName(session);
  await docker(exec, [
    'create',
    ...['--name', name, '--hostname', 'witness', '--network', networkName(session), '--network-alias', 'witness'],
    ...(address === undefined ? [] : ['--ip', address]),
    ...[
      '--label',
      `${sessionLabel}=${session}`,
      '--restart',
      'unless-stopped',
      '--memory',
      '512m',
      '--pids-limit',
      '256',
    ],
    // How much CPU time the session has had only the host's control groups say.
    ...['--volume', `/sys/fs/cgroup:${controlGroups}:ro`],
    image,
    ...['node', program],
  ]);
  await copyProgram(exec, name, folder);
  await docker(exec, ['start', name]);
}

/** The witness's program is this installation's own code, put into the container: no image to build when it changes. */
async function copyProgram(exec: Exec, container: string, folder: string): Promise<void> {
  const staging = await mkdtemp(join(folder, 'witness-'));
  try {
    for (const part of ['domain', 'witness']) {
      const source = fileURLToPath(new URL(`../../${part}`, import.meta.url));
      await cp(source, join(staging, 'witness', 'engine', part), { recursive: true });
    }
    await writeFile(join(staging, 'witness', 'package.json'), '{ "type": "module" }\n');
    await docker(exec, ['cp', `${staging}/.`, `${container}:/`]);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const asTarget = (session: string) => ({ name: 'the witness', container: witnessName(session), user: 'root' });

/** A way to run commands in the container of the witness, through a channel where there can be one. */
export interface WitnessHost {
  readonly run: ContainerRun;
  /** Has the channel there before the first command. */
  readonly open: () => Promise<void>;
  readonly close: () => void;
}

export function openWitness(exec: Exec, engine: Pick<Dockerode, 'getContainer'>, session: string): WitnessHost {
  const target = asTarget(session);
  const channel = holdChannel(() => openChannel(engine, target.container));
  const run = createContainerRun(exec, target, channel);
  return { run, open: () => channel.open(), close: () => channel.close() };
}

/** Tells the witness whom to watch and what to probe. It may be told again: it reads the file anew when it changes. */
export async function instructWitness(
  exec: Exec,
  session: string,
  instruction: {
    readonly server: string;
    readonly credentials: Credentials;
    /** A client certificate of etcd's CA. */
    readonly etcd: Credentials;
    readonly nodes: readonly Node[];
    readonly probes: readonly ServiceProbe[];
    readonly markers: boolean;
  },
): Promise<void> {
  const { server, credentials, etcd, nodes, probes, markers } = instruction;
  const input = JSON.stringify({
    server,
    ...credentials,
    etcd,
    nodes: nodes.map(({ name, address, role }) => ({ name, address, role })),
    probes,
    markers,
    accounts: { folder: controlGroups, containers: await idsOnNetwork(exec, session) },
  });
  const run = createContainerRun(exec, asTarget(session));
  await mustSucceed({ run }, ['sh', '-c', takeAs('/witness/cluster.json')], { input });
}

/** Whole ids of what runs on the session's network: control groups are named by them. */
async function idsOnNetwork(exec: Exec, session: string): Promise<string[]> {
  return rows(await docker(exec, ['ps', '--quiet', '--no-trunc', '--filter', `network=${networkName(session)}`]));
}

/**
 * Changes what it probes and writes, and has it forget what it recorded. Resolves when it records anew: its journal is a
 * file that is there only then.
 * @param run on the witness
 */
export async function retellWitness(
  run: ContainerRun,
  changes: { readonly probes: readonly ServiceProbe[]; readonly markers: boolean },
): Promise<void> {
  // Its program is process 1 (startWitness).
  const begin = `rm -f ${journalPath} && kill -HUP 1 && until [ -s ${journalPath} ]; do sleep 0.005; done`;
  // Not all that it was told: a channel takes so much input at once, and what it does not take costs a process of its own.
  const input = JSON.stringify(changes);
  await mustSucceed({ run }, ['sh', '-c', `${takeAs('/witness/drill.json')} && ${begin}`], { input });
}

/** From its input, at once: it may be read at any time (witnessFiles() of the program). */
const takeAs = (path: string) => `cat > ${path}.new && mv ${path}.new ${path}`;
