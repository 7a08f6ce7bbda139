import { isKubewrightError, KubewrightError } from '../../domain/errors.ts';
import type { FaultContext, FaultProof } from '../../faults/fault.ts';
import { retryUntil } from '../../system/clock.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import type { Step } from '../step-runner.ts';

/** Puts the faults in, one after the other, and has each prove itself. A scenario of planned work has none. */
export const inject: Step<DrillContext> = {
  name: 'inject',
  title: 'Injecting the fault and proving that it took hold',
  async setup(context, detail) {
    const cluster = clusterOf(context);
    const faultContext: FaultContext = {
      kube: cluster.kube,
      machine: (name) => cluster.machine(name),
      timeline: () => cluster.witness.timeline(),
      clock: context.clock,
      signal: context.signal,
    };
    for (const { kind, spec } of context.drill.faults) {
      const fault = context.faults[kind];
      if (fault === undefined) throw new KubewrightError('SCENARIO_INVALID', `there is no fault kind "${kind}"`);
      await fault.apply(faultContext, spec);
      let seen = 'nothing was seen';
      const proven = await retryUntil(
        context.clock,
        { withinMs: fault.proveWithinMs, everyMs: 500, signal: context.signal },
        async () => {
          const proof = await look(() => fault.prove(faultContext, spec), context.signal);
          seen = proof.seen;
          return proof.holds ? true : undefined;
        },
      );
      if (proven === undefined)
        throw new KubewrightError('FAULT_NOT_PROVEN', `the fault ${kind} did not take hold: ${seen}`);
      // What was done is the learner's to find out; that it holds is for the journal of the walk.
      detail('the fault is proven');
    }
  },
};

/** A fault may take down what is asked, such as the API server, for a moment: then it is asked again. */
async function look(prove: () => Promise<FaultProof>, signal: AbortSignal): Promise<FaultProof> {
  try {
    return await prove();
  } catch (error) {
    if (signal.aborted || !isKubewrightError(error)) throw error;
    return { holds: false, seen: error.message };
  }
}
