import type { DrillContext } from './drill-context.ts';
import type { Step } from './step-runner.ts';
import { deployWorkloads } from './steps/deploy-workloads.ts';
import { inject } from './steps/inject.ts';
import { prove } from './steps/prove.ts';
import { provision } from './steps/provision.ts';
import { steadyState } from './steps/steady-state.ts';
import { watch } from './steps/watch.ts';

/**
 * From a loaded scenario to a drill that is ready for the learner. What follows is the learner's: terminal, check
 * (check.ts), submit (finish.ts), and the teardown of these steps in reverse order.
 */
export const walk: readonly Step<DrillContext>[] = [provision, deployWorkloads, steadyState, watch, inject, prove];
