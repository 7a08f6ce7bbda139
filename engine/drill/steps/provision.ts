import type { Cluster } from '../../providers/provider.ts';
import type { DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

export const provision: Step<DrillContext> = {
  name: 'provision',
  title: 'Making the cluster',
  async setup(context, progress) {
    const { drill, clusterId: session, provider, signal, golden } = context;
    const { shape, minor, upgradeTo, markers, probes } = drill;
    context.cluster =
      (context.isWaiting ? await adopted(context, progress) : undefined) ??
      (await provider.create({ session, shape, minor, upgradeTo, markers, probes, golden, progress, signal }));
  },
  async teardown({ provider, clusterId, cluster }) {
    await cluster?.close();
    await provider.destroy(clusterId);
  },
};

/** The cluster that was made ahead; undefined when it is not what it was, and gone then. */
async function adopted(
  { drill, clusterId: session, provider, signal }: DrillContext,
  progress: (line: string) => void,
): Promise<Cluster | undefined> {
  const { shape, markers, probes } = drill;
  progress('taking the cluster that waits');
  try {
    return await provider.adopt({ session, shape, markers, probes });
  } catch (error) {
    if (signal.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    progress(`the cluster that waited does not answer, so another one is made: ${message}`);
    await provider.destroy(session);
    return undefined;
  }
}
