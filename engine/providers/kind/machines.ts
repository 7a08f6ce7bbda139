import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import type { MachineRole, Node } from '../provider.ts';
import { docker, rows } from './docker.ts';
import { createMachine } from './machine.ts';
import {
  clusterName,
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
}

const order: readonly MachineRole[] = ['control-plane', 'worker', 'spare'];

/** Finds the machines of a session by their labels. @throws SESSION_UNKNOWN when the student host is not there. */
export async function findMachines(exec: Exec, maker: ContainerMaker, session: string): Promise<Machines> {
  const network = networkName(session);
  const found = await docker(exec, [
    ...['ps', '--all', '--filter', `label=${kindClusterLabel}=${clusterName(session)}`],
    ...['--format', `{{.Names}}|{{.Label "${kindRoleLabel}"}}|{{.Label "${roleLabel}"}}`],
  ]);
  const named = rows(found).flatMap((row) => {
    const [container = '', kindRole = '', ownRole = ''] = row.split('|');
    const name = machineName(container);
    const role = order.find((candidate) => candidate === (ownRole === '' ? kindRole : ownRole));
    return name === undefined || role === undefined ? [] : [{ container, role, name }];
  });
  const inOrder = named.sort(
    (a, b) => order.indexOf(a.role) - order.indexOf(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
  const ids = rows(
    await docker(exec, ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${studentName(session)}$`]),
  );
  const studentId = ids[0];
  if (studentId === undefined || inOrder.length === 0) {
    throw new KubewrightError('SESSION_UNKNOWN', `the machines of session ${session} are gone`, {
      remedy: `Stop what is left of it with "kubewright stop ${session}".`,
    });
  }
  const student = createMachine(exec, {
    name: 'student',
    role: 'student',
    address: await addressOf(exec, network, studentId),
    container: studentId,
    power: createPower(exec, studentId, async () => {
      throw new KubewrightError('USAGE', 'the student host cannot be replaced: the learner is on it');
    }),
  });
  const nodes = await Promise.all(
    inOrder.map(async (entry) => {
      const address = await addressOf(exec, network, entry.container);
      return createNode(exec, maker, { ...entry, session, address, student });
    }),
  );
  return { nodes, student, studentId };
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
    readonly student: Node;
  },
): Node {
  const node = createMachine(exec, {
    ...it,
    power: createPower(exec, it.container, async () => {
      await replaceContainer(exec, maker, it.session, it);
      await waitUntilBooted(node);
      await nameMachine(node);
      await readmitStudent(it.student, node);
    }),
  });
  return node;
}
