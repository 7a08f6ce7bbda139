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
  await wakeWitness(engine, session);
  // Where no way to it was held, to tell it takes 0.1 s, the start of a program there; the machines need not wait for that.
  const steps = [
    limitNodes(engine, plannedMachines(session, shape), 'drill'),
    retellWitness(how.runOnWitness, { probes, markers }),
    how.wake(),
  ];
  // All of them are over before anybody takes down what could not be taken.
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}
