/** A cluster of three machines takes 0.65 GiB and more when it is upgraded; the page cache of its images is worth as much. */
const bytesOfCluster = 3 * 2 ** 30;

/**
 * How many clusters prove scenarios beside each other where nobody said a number: one for each core, as far as the memory
 * carries. Three clusters on two cores made right procedures late for checks of time, and on a machine half as fast two did:
 * how fast a core is, this does not know.
 * @param memory available now, in bytes
 */
export function jobsFor(cores: number, memory: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / bytesOfCluster), 99));
}
