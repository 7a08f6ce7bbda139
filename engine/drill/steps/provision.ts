import type { DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

export const provision: Step<DrillContext> = {
  name: 'provision',
  title: 'Making the cluster',
  async setup(context, progress) {
    const { drill, session, provider, signal, golden } = context;
    const { scenario, shape, minor, upgradeTo, markers, probes } = drill;
    context.cluster = await provider.create({
      ...{ session, scenario, shape, minor, upgradeTo, markers, probes, golden },
      progress,
      signal,
    });
  },
  async teardown({ provider, session, cluster }) {
    await cluster?.close();
    await provider.destroy(session);
  },
};
