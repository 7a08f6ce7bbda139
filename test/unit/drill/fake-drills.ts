import type { DrillDependencies } from '../../../engine/drill/drills.ts';
import { fakeChecks, fakeFaults } from './fake-world.ts';

type Fakes = Pick<DrillDependencies, 'faults' | 'checks' | 'packsFolder' | 'kubeadmFlags' | 'nodeImage' | 'releases'>;

/** What drills of a made-up folder of scenarios need beside provider, store, clock and scenarios. */
export function fakesFor(folder: { readonly dependencies: { readonly workloadsFolder: string } }): Fakes {
  return {
    faults: fakeFaults(),
    checks: fakeChecks,
    packsFolder: folder.dependencies.workloadsFolder,
    kubeadmFlags: async () => '',
    nodeImage: async ({ from, to }) => `node:${from}-${to ?? ''}`,
    releases: async ({ from }) => ({ from: { kubernetes: `${from}.4`, etcd: '3.6.5-0', coredns: 'v1.12.1' } }),
  };
}
