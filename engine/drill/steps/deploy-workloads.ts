import { KubewrightError } from '../../domain/errors.ts';
import { retryUntil } from '../../system/clock.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

const admittedWithinMs = 60_000;

export const deployWorkloads: Step<DrillContext> = {
  name: 'deploy-workloads',
  title: 'Deploying the applications',
  async setup(context) {
    const { kube } = clusterOf(context);
    for (const manifest of context.drill.manifests) {
      // A young cluster refuses pods until the controller has made the namespace's service account: try until it is there.
      let refusal: unknown;
      const applied = await retryUntil(
        context.clock,
        { withinMs: admittedWithinMs, everyMs: 500, signal: context.signal },
        async () => {
          try {
            await kube.apply(manifest);
            return true;
          } catch (error) {
            refusal = error;
            return undefined;
          }
        },
      );
      if (applied === undefined) {
        throw new KubewrightError('STEADY_STATE_FAILED', `an application was refused: ${String(refusal)}`, {
          cause: refusal,
        });
      }
    }
  },
};
