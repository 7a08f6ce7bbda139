import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import type { MachineRole, Node } from '../provider.ts';
import { docker, rows } from './docker.ts';
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
import { addressOf } from './network.ts';
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
}

const order: readonly MachineRole[] = ['control-plane', 'worker', 'spare'];

/** Finds the machines of a session by their labels. @throws SESSION_UNKNOWN when the student host is not there. */
export async function findMachines(exec: Exec, maker: ContainerMaker, session: string): Promise<Machines> {
  const ids = rows(
    await docker(exec, ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${studentName(session)}$`]),
  );
  const studentId = ids[0];
  const found = await listNodes(exec, session);
  if (studentId === undefined || found.length === 0) {
    throw new KubewrightError('SESSION_UNKNOWN', `the machines of session ${session} are gone`, {
      remedy: `Stop what is left of it with "kubewright stop ${session}".`,
    });
  }
  const student = createMachine(exec, {
    name: 'student',
    role: 'student',
    address: await addressOf(exec, networkName(session), studentId),
    container: studentId,
    power: createPower(exec, studentId, async () => {
      throw new KubewrightError('USAGE', 'the student host cannot be replaced: the learner is on it');
    }),
  });
  const nodes = await openNodes(exec, maker, session, found, student);
  return { nodes, student, studentId, restored: found.some(({ isRestored }) => isRestored) };
}

/** The nodes of a cluster that nobody works on: they have no student host. */
export async function findNodes(exec: Exec, maker: ContainerMaker, session: string): Promise<Node[]> {
  return openNodes(exec, maker, session, await listNodes(exec, session), undefined);
}

interface FoundNode {
  readonly container: string;
  readonly role: MachineRole;
  readonly name: string;
  readonly isRestored: boolean;
}

/** In order of role, then of number. */
async function listNodes(exec: Exec, session: string): Promise<FoundNode[]> {
  const labels = [kindRoleLabel, roleLabel, goldenLabel].map((label) => `{{.Label "${label}"}}`);
  const found = await docker(exec, [
    ...['ps', '--all', '--filter', `label=${kindClusterLabel}=${clusterName(session)}`],
    ...['--format', `{{.Names}}|${labels.join('|')}`],
  ]);
  return rows(found)
    .flatMap((row) => {
      const [container = '', kindRole = '', ownRole = '', golden = ''] = row.split('|');
      const name = machineName(container);
      const role = order.find((candidate) => candidate === (ownRole === '' ? kindRole : ownRole));
      return name === undefined || role === undefined ? [] : [{ container, role, name, isRestored: golden !== '' }];
    })
    .sort(
      (a, b) => order.indexOf(a.role) - order.indexOf(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
}

function openNodes(
  exec: Exec,
  maker: ContainerMaker,
  session: string,
  found: readonly FoundNode[],
  student: Node | undefined,
): Promise<Node[]> {
  return Promise.all(
    found.map(async (entry) => {
      const address = await addressOf(exec, networkName(session), entry.container);
      return createNode(exec, maker, { ...entry, session, address, student });
    }),
  );
}

function createNode(
  exec: Exec,
  maker: ContainerMaker,
  it: {
    readonly session: string;
    readonly name: string;
    readonly role: MachineRole;
    readonly address: string;
    readonly container: string;
    readonly student: Node | undefined;
  },
): Node {
  const node = createMachine(exec, {
    ...it,
    power: createPower(exec, it.container, async () => {
      await replaceContainer(exec, maker, it.session, it);
      await waitUntilBooted(node);
      await nameMachine(node);
      if (it.student !== undefined) await readmitStudent(it.student, node);
    }),
  });
  return node;
}
