import { dirname } from 'node:path';
import type Dockerode from 'dockerode';
import { KubewrightError } from '../../domain/errors.ts';
import type { Exec } from '../../system/exec.ts';
import type { ClusterRequest } from '../provider.ts';
import { handOver, issueIdentities } from './hand-over.ts';
import { type KindCluster, kindCreate } from './kind-create.ts';
import { boundShells, limitNodes, whileMaking } from './limits.ts';
import { findMachines } from './machines.ts';
import { loadBalancerAlias, loadBalancerName, networkName, partsOf, plannedMachines, studentName } from './names.ts';
import { createNetwork, pinAddress } from './network.ts';
import { nameMachine, startSpare, waitUntilBooted } from './node-container.ts';
import { restartAfterReboot } from './power.ts';
import { startStudentHost } from './student.ts';
import { startWitness } from './witness-host.ts';

export interface Making {
  readonly exec: Exec;
  readonly dockerode: Dockerode;
  readonly stateFolder: string;
  readonly request: ClusterRequest;
  readonly images: { readonly node: string; readonly student: string; readonly witness: string };
  readonly kubeconfigPath: string;
}

/**
 * Has kind make a session's cluster from nothing. The order matters: the witness listens before the API server exists,
 * addresses are fixed before they are written down.
 */
export async function makeFresh(
  { exec, dockerode, stateFolder, request, images, kubeconfigPath }: Making,
  how: Pick<KindCluster, 'cgroupV1' | 'kind' | 'transcript'>,
): Promise<void> {
  const { session, shape, minor, upgradeTo, signal, progress } = request;
  const isBalanced = shape.controlPlanes > 1;
  await createNetwork(exec, { session, home: stateFolder, labels: partsOf(session, shape) });
  progress('starting the witness and the student host');
  await startWitness(exec, { session, image: images.witness, folder: dirname(kubeconfigPath) });
  await startStudentHost(exec, session, images.student);
  const planned = plannedMachines(session, shape);
  const ofKind = planned.filter(({ role }) => role !== 'spare');
  const outside = await kindCreate(exec, {
    ...how,
    ...{ session, shape, minor, upgradeTo, progress, signal, image: images.node },
    kubeconfigPath: `${kubeconfigPath}.kind`,
    onMachines: () => limitNodes(dockerode, ofKind, whileMaking(request)),
  });

  const [first] = planned;
  const spares = planned.filter(({ role }) => role === 'spare');
  if (first === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no machines');
  if (spares.length > 0) progress('starting the spare machines');
  for (const spare of spares) await startSpare(dockerode, session, spare, first.container);
  await limitNodes(dockerode, planned, whileMaking(request));
  await restartAfterReboot(exec, [
    ...planned.map(({ container }) => container),
    ...(isBalanced ? [loadBalancerName(session)] : []),
  ]);

  progress('fixing the addresses of the machines');
  const network = networkName(session);
  const pin = (container: string, name: string) => pinAddress(exec, network, container, name);
  for (const { container, name } of ofKind) await pin(container, name);
  if (isBalanced) await pin(loadBalancerName(session), loadBalancerAlias);
  await pin(studentName(session), 'student');
  // A spare sets up its network while it boots: not before that is over may it be taken off and put back.
  const booting = (await findMachines(exec, dockerode, session)).nodes.filter(({ role }) => role === 'spare');
  await Promise.all(booting.map(waitUntilBooted));
  for (const { container, name } of spares) await pin(container, name);
  const { nodes, student, close } = await findMachines(exec, dockerode, session);
  await Promise.all([...nodes.map(nameMachine), ...nodes.map(boundShells)]);

  progress('issuing identities');
  const controlPlane = nodes.find((node) => node.role === 'control-plane');
  if (controlPlane === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no control plane');
  const issued = await issueIdentities(controlPlane, outside, kubeconfigPath);
  await handOver(exec, request, { nodes, student, controlPlane }, issued);
  if (request.ahead !== true) await limitNodes(dockerode, planned, 'drill');
  close();
}
