import type Dockerode from 'dockerode';
import type { AdoptRequest } from '../provider.ts';
import { limitNodes } from './limits.ts';
import { plannedMachines } from './names.ts';
import type { ContainerRun } from './run-in-container.ts';
import { retellWitness } from './witness-host.ts';

/**
 * Makes a cluster that waited the one of a drill: its machines get their share of the CPU, and its record begins anew, as
 * if the witness had come with the cluster. Nothing of the time it waited is kept; nobody was there.
 * @param runOnWitness on the witness's container
 */
export async function adoptCluster(
  engine: Pick<Dockerode, 'getContainer'>,
  runOnWitness: ContainerRun,
  { session, shape, probes, markers }: AdoptRequest,
): Promise<void> {
  await Promise.all([
    limitNodes(engine, plannedMachines(session, shape), 'drill'),
    retellWitness(runOnWitness, { probes, markers }),
  ]);
}
