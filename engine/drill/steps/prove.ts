import { KubewrightError } from '../../domain/errors.ts';
import { retryUntil } from '../../system/clock.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import { evaluateChecks } from '../evaluate.ts';
import { openObjectives } from '../planned-drill.ts';
import type { Step } from '../step-runner.ts';

/** A stopped kubelet is noticed after the node monitor's grace period of 50 s (Kubernetes >= 1.32). */
const symptomWithinMs = 120_000;

/** There must be something to do: every objective that does not say it holds at the start fails now. */
export const prove: Step<DrillContext> = {
  name: 'prove',
  title: 'Waiting until the symptoms show',
  async setup(context, detail) {
    const { clock, drill, signal } = context;
    const objectives = openObjectives(drill);
    const proven = await retryUntil(clock, { withinMs: symptomWithinMs, everyMs: 1_000, signal }, async () => {
      const round = {
        cluster: clusterOf(context),
        definitions: context.checks,
        clock,
        since: clock.now(),
        until: clock.now(),
        happened: {},
      };
      context.broken = await evaluateChecks(objectives, round);
      const standing = context.broken.filter((check) => check.result !== 'failed');
      if (standing.length === 0) return true;
      detail(`${standing.length} of ${objectives.length} objectives do not show it yet`);
      return undefined;
    });
    if (proven === undefined) {
      const standing = (context.broken ?? []).filter((check) => check.result !== 'failed');
      const words = standing.map((check) => `${check.id} ${check.result}: ${check.found}`).join('; ');
      throw new KubewrightError('FAULT_NOT_PROVEN', `there is nothing to do: ${words}`);
    }
  },
};
