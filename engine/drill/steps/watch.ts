import { KubewrightError } from '../../domain/errors.ts';
import type { TimelineEvent, WatchedResource } from '../../domain/timeline.ts';
import type { CheckResult } from '../../domain/verdict.ts';
import { retryUntil } from '../../system/clock.ts';
import { clusterOf, type DrillContext } from '../drill-context.ts';
import { evaluateChecks } from '../evaluate.ts';
import { steadyChecks } from '../planned-drill.ts';
import type { Step } from '../step-runner.ts';

const recordWholeWithinMs = 90_000;
/** The services are looked at for that long before they are called steady; a second's traffic is written 1-2 s late. */
const quietMs = 4_000;
const steadyWithinMs = 90_000;
const watched: readonly WatchedResource[] = ['nodes', 'pods', 'poddisruptionbudgets'];

/**
 * The witness has run since before the cluster; from here on its record must be whole: every watch listed, its own
 * numbered request back through the audit trail, every probed service answering on every node. Then the checks of the
 * healthy cluster must hold.
 */
export const watch: Step<DrillContext> = {
  name: 'start-witness',
  title: 'Starting the record and checking that it is whole',
  async setup(context, detail) {
    const { witness, nodes } = clusterOf(context);
    const { clock, drill, signal } = context;
    let missing: string[] = [];
    const whole = await retryUntil(clock, { withinMs: recordWholeWithinMs, everyMs: 1_000, signal }, async () => {
      missing = whatIsMissing(
        await witness.timeline(),
        drill.probes.map((probe) => probe.service),
        nodes.filter((node) => node.role !== 'spare').map((node) => node.name),
      );
      if (missing.length === 0) return true;
      detail(missing[0] ?? '');
      return undefined;
    });
    if (whole === undefined)
      throw new KubewrightError('STEADY_STATE_FAILED', `the record is not whole: ${missing.join('; ')}`);

    // A machine that is still busy with the young cluster may drop a request: what must hold holds for a quiet while.
    const checks = steadyChecks(drill);
    let unhealthy: readonly CheckResult[] = [];
    const steady = await retryUntil(clock, { withinMs: steadyWithinMs, everyMs: 0, signal }, async () => {
      const since = clock.now();
      await clock.sleep(quietMs, signal);
      const round = {
        cluster: clusterOf(context),
        definitions: context.checks,
        clock,
        since,
        until: clock.now(),
        happened: {},
      };
      context.healthy = await evaluateChecks(checks, round);
      unhealthy = context.healthy.filter((check) => check.result !== 'passed');
      if (unhealthy.length === 0) return true;
      detail(`${unhealthy[0]?.id}: ${unhealthy[0]?.found}`);
      return undefined;
    });
    if (steady === undefined)
      throw new KubewrightError('STEADY_STATE_FAILED', `before the fault: ${unhealthy.map(inWords).join('; ')}`);
  },
};

function whatIsMissing(
  timeline: readonly TimelineEvent[],
  services: readonly string[],
  nodes: readonly string[],
): string[] {
  const listed = new Set(
    timeline
      .filter((event) => event.kind === 'watch' && event.state === 'listed')
      .map((event) => ('resource' in event ? event.resource : '')),
  );
  const last = timeline.at(-1)?.at ?? 0;
  const answering = new Set(
    timeline
      .filter(
        (event) => event.kind === 'traffic' && event.at > last - 3_000 && event.sent > 0 && event.ok === event.sent,
      )
      .map((event) => (event.kind === 'traffic' ? `${event.service} through ${event.node}` : '')),
  );
  return [
    ...watched.filter((resource) => !listed.has(resource)).map((resource) => `the watch of ${resource} has not begun`),
    ...(timeline.some((event) => event.kind === 'echo') ? [] : ['the audit trail has not reached the witness']),
    ...services
      .flatMap((service) => nodes.map((node) => `${service} through ${node}`))
      .filter((path) => !answering.has(path))
      .map((path) => `${path} does not answer yet`),
  ];
}

function inWords(check: CheckResult): string {
  return `${check.id} ${check.result} (expected ${check.expected}; found ${check.found})`;
}
