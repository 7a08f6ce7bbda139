import type { Exec } from '../../system/exec.ts';
import type { AdoptRequest } from '../provider.ts';
import { docker } from './docker.ts';
import { limitNodes } from './limits.ts';
import { plannedMachines, witnessName } from './names.ts';
import { retellWitness } from './witness-host.ts';

/**
 * Makes a cluster that waited the one of a drill: its machines get their share of the CPU, and its record begins anew, as
 * if the witness had come with the cluster. Nothing of the time it waited is kept; nobody was there.
 */
export async function adoptCluster(exec: Exec, { session, shape, probes, markers }: AdoptRequest): Promise<void> {
  await Promise.all([
    limitNodes(exec, plannedMachines(session, shape), 'drill'),
    (async () => {
      await retellWitness(exec, session, { probes, markers });
      await docker(exec, ['restart', '--time', '0', witnessName(session)]);
    })(),
  ]);
}
