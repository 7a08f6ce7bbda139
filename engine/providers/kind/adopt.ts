import type Dockerode from 'dockerode';
import type { AdoptRequest } from '../provider.ts';
import { limitNodes } from './limits.ts';
import { plannedMachines } from './names.ts';
import type { ContainerRun } from './run-in-container.ts';
import { wakeWitness } from './stillness.ts';
import { retellWitness } from './witness-host.ts';

/**
 * Makes a cluster that waited the one of a drill: its machines get their share of the CPU, and its record begins anew, as
 * if the witness had come with the cluster. Nothing of the time it waited is kept; nobody was there.
 * @param how.runOnWitness on the witness's container
 * @param how.wake lets go on all that stands still
 */
export async function adoptCluster(
  engine: Pick<Dockerode, 'getContainer'>,
  { session, shape, probes, markers }: AdoptRequest,
  how: { readonly runOnWitness: ContainerRun; readonly wake: () => Promise<void> },
): Promise<void> {
  // While its machines stand still they do not use the CPU: awake they are busy for a second with what they have missed.
  await wakeWitness(engine, session);
  await Promise.all([
    limitNodes(engine, plannedMachines(session, shape), 'drill'),
    retellWitness(how.runOnWitness, { probes, markers }),
  ]);
  await how.wake();
}
