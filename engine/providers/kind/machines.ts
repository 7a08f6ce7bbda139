import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import type { MachineRole, Node } from '../provider.ts';
import { openChannel } from './channel.ts';
import { answered } from './docker.ts';
import { type HeldChannel, holdChannel } from './held-channel.ts';
import { createMachine } from './machine.ts';
import {
  clusterName,
  goldenLabel,
  kindClusterLabel,
  kindRoleLabel,
  machineName,
  networkName,
  roleLabel,
  studentName,
} from './names.ts';
import { knownAddress } from './network.ts';
import { type ContainerMaker, nameMachine, replaceContainer, waitUntilBooted } from './node-container.ts';
import { createPower } from './power.ts';
import { readmitStudent } from './student.ts';

interface Machines {
  /** Control planes, workers, spares; by number within each. */
  readonly nodes: Node[];
  readonly student: Node;
  /** Id of the student host's container. */
  readonly studentId: string;
  /** Whether the cluster was restored from a golden state. */
  readonly restored: boolean;
  /** Ends the channels to the machines; commands go without them then. Those to a container that is gone end with it. */
  readonly close: () => void;
}

const order: readonly MachineRole[] = ['control-plane', 'worker', 'spare'];

/** Finds the machines of a session by their labels. @throws SESSION_UNKNOWN when the student host is not there. */
export async function findMachines(exec: Exec, maker: ContainerMaker, session: string): Promise<Machines> {
  const [found, [studentHost]] = await Promise.all([
    listNodes(maker, session),
    list(maker, networkName(session), { name: [`^/${studentName(session)}$`] }),
  ]);
  if (studentHost === undefined || found.length === 0) {
    throw new KubewrightError('SESSION_UNKNOWN', `the machines of session ${session} are gone`, {
      remedy: `Stop what is left of it with "kubewright stop ${session}".`,
    });
  }
  const channels: HeldChannel[] = [];
  const channelTo = (container: string): HeldChannel => {
    const channel = holdChannel(() => openChannel(maker, container));
    channels.push(channel);
    return channel;
  };
  const studentId = studentHost.id;
  const student = createMachine(
    exec,
    {
      name: 'student',
      role: 'student',
      address: studentHost.address(),
      container: studentId,
      power: createPower(exec, studentId, async () => {
        throw new KubewrightError('USAGE', 'the student host cannot be replaced: the learner is on it');
      }),
    },
    channelTo(studentId),
  );
  const nodes = openNodes({ exec, maker, session, student, channelTo }, found);
  return {
    ...{ nodes, student, studentId, restored: found.some(({ isRestored }) => isRestored) },
    close() {
      for (const channel of channels) channel.close();
    },
  };
}

/** The nodes of a cluster that nobody works on: they have no student host, and nothing is held open to what is kept. */
export async function findNodes(exec: Exec, maker: ContainerMaker, session: string): Promise<Node[]> {
  const surroundings = { exec, maker, session, student: undefined, channelTo: () => undefined };
  return openNodes(surroundings, await listNodes(maker, session));
}

/** What all nodes of a session have in common. */
interface Surroundings {
  readonly exec: Exec;
  readonly maker: ContainerMaker;
  readonly session: string;
  readonly student: Node | undefined;
  readonly channelTo: (container: string) => HeldChannel | undefined;
}

interface FoundNode {
  readonly container: string;
  readonly role: MachineRole;
  readonly name: string;
  readonly isRestored: boolean;
  readonly address: string;
}

interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** @throws KubewrightError PROVISION_FAILED when it has none */
  readonly address: () => string;
}

/** Of all containers, running or not, in one question: every command and every look of the page begins with it. */
async function list(
  maker: ContainerMaker,
  network: string,
  filters: Readonly<Record<string, string[]>>,
): Promise<FoundContainer[]> {
  const all = await answered('list containers', maker.listContainers({ all: true, filters }));
  return all.map(({ Id, Names: [path = ''], Labels, NetworkSettings }) => {
    const name = path.replace(/^\//, '');
    const place = NetworkSettings.Networks[network];
    const address = () =>
      knownAddress(network, name, { current: place?.IPAddress, fixed: place?.IPAMConfig?.IPv4Address });
    return { id: Id, name, labels: Labels, address };
  });
}

/** In order of role, then of number. */
async function listNodes(maker: ContainerMaker, session: string): Promise<FoundNode[]> {
  const cluster = clusterName(session);
  const found = await list(maker, networkName(session), { label: [`${kindClusterLabel}=${cluster}`] });
  return found
    .flatMap(({ name: container, labels, address }) => {
      const name = machineName(container);
      const role = order.find((candidate) => candidate === (labels[roleLabel] ?? labels[kindRoleLabel]));
      const isRestored = labels[goldenLabel] !== undefined;
      return name === undefined || role === undefined
        ? []
        : [{ container, role, name, isRestored, address: address() }];
    })
    .sort(
      (a, b) => order.indexOf(a.role) - order.indexOf(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
}

function openNodes(around: Surroundings, found: readonly FoundNode[]): Node[] {
  return found.map((entry) => createNode(around, entry));
}

function createNode({ exec, maker, session, student, channelTo }: Surroundings, it: FoundNode): Node {
  const { name, role, address, container } = it;
  const power = createPower(exec, container, async () => {
    await replaceContainer(exec, maker, session, it);
    await waitUntilBooted(node);
    await nameMachine(node);
    if (student !== undefined) await readmitStudent(student, node);
  });
  const node = createMachine(exec, { name, role, address, container, power }, channelTo(container));
  return node;
}
