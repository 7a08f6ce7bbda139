import { dirname } from 'node:path';
import { KubewrightError } from '../../../domain/errors.ts';
import type { Clock } from '../../../system/clock.ts';
import type { Making } from '../fresh.ts';
import { handOver, issueIdentities } from '../hand-over.ts';
import { limitNodes, nodeLimits, whileMaking } from '../limits.ts';
import { findMachines } from '../machines.ts';
import { plannedMachines } from '../names.ts';
import { nameMachine, startSpare, waitUntilBooted } from '../node-container.ts';
import { startStudentHost } from '../student.ts';
import { startWitness } from '../witness-host.ts';
import { doorOf, renewTokens, startMachines, waitForNews, wakeCluster } from './restore.ts';
import type { GoldenState } from './state.ts';

/** Addresses of what is made anew, away from those that the engine handed out one after the other when the state was made. */
const student = 100;
const witness = 101;
const firstSpare = 110;

/** Restores a session's cluster, whose network is there, from a golden state. */
export async function makeRestored(
  { exec, dockerode, request, images, kubeconfigPath }: Making,
  state: GoldenState,
  { clock, freePort }: { readonly clock: Clock; readonly freePort: () => Promise<number> },
): Promise<void> {
  const { session, shape, signal, progress } = request;
  const address = (host: number) => `10.210.${state.slot}.${host}`;
  progress('starting machines from a golden state');
  const [outside] = await Promise.all([
    startMachines(dockerode, session, state, { freePort, limits: nodeLimits(whileMaking(request)) }),
    startWitness(exec, {
      ...{ session, image: images.witness, folder: dirname(kubeconfigPath), address: address(witness) },
    }),
    startStudentHost(exec, session, images.student, address(student)),
  ]);
  const planned = plannedMachines(session, shape);
  const [first] = planned;
  if (first === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no machines');
  for (const [index, spare] of planned.filter(({ role }) => role === 'spare').entries()) {
    await startSpare(dockerode, session, spare, first.container, address(firstSpare + index));
  }
  const machines = await findMachines(exec, dockerode, session);
  const { nodes } = machines;
  const controlPlane = nodes.find((node) => node.role === 'control-plane');
  if (controlPlane === undefined) throw new KubewrightError('PROVISION_FAILED', 'the cluster has no control plane');

  progress('issuing identities');
  const issued = await issueIdentities(controlPlane, outside, kubeconfigPath);
  const { createKubeApi } = await import('../kube.ts');
  const kube = createKubeApi(issued.kubeconfig, clock);
  const waking = { kube, clock, nodes, door: doorOf(state).address, memory: state.memory, signal };
  progress('waiting for the API server');
  await wakeCluster(waking);
  await Promise.all(nodes.map(waitUntilBooted));
  await Promise.all(nodes.filter(({ role }) => role === 'spare').map(nameMachine));
  await renewTokens(kube, clock);
  await handOver(exec, request, { ...machines, controlPlane }, issued);
  progress('waiting until every node and pod has reported');
  await waitForNews(waking);
  if (request.ahead !== true) await limitNodes(dockerode, planned, 'drill');
  machines.close();
}
