import { z } from 'zod';
import { askReadiness } from '../reading/api-server-on-node.ts';
import type { CheckDefinition } from './check.ts';
import { notSeen } from './finding.ts';
import { apiServerGaps, apiServerSamples, silentSpans } from './node-record.ts';
import { seconds } from './record.ts';

const schema = z.strictObject({
  /** A control plane: its own API server is meant, past every load balancer. */
  node: z.string().min(1),
  /** How many seconds it has to have answered without a break. */
  steadyFor: z.int().min(1).max(120).optional(),
});

/** One question of the witness that got lost makes a span of about 2 s: no API server restarts in that time. */
const blinkMs = 3_000;

export const apiReadyCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'api-ready',
  summary: "A control plane's own API server says that it is ready, and has answered for some time without a break.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const steadyMs = (spec.steadyFor ?? 0) * 1000;
    const what = `the API server on ${spec.node}`;
    const expected = `${what} is ready${spec.steadyFor === undefined ? '' : `, and has been there for ${spec.steadyFor} s without a break`}`;
    const now = await askReadiness(context.machine(spec.node));
    if (!now.ready) {
      return {
        result: 'failed',
        expected,
        found: `${what} ${now.said}`,
        meaning:
          'Without its API server the cluster cannot be changed or even looked at: what runs goes on running, but nothing is repaired, scheduled or scaled.',
      };
    }
    if (spec.steadyFor === undefined) return { result: 'passed', expected, found: `${what} ${now.said}`, meaning };
    const window = { since: context.until - steadyMs, until: context.until };
    const timeline = await context.timeline();
    const silent = silentSpans(apiServerSamples(timeline, spec.node), window).filter(
      (span) => span.to - span.from >= blinkMs,
    );
    const last = silent.at(-1);
    if (last !== undefined) {
      return {
        result: 'failed',
        expected,
        found: `${what} ${now.said}, but did not answer ${seconds(context.until - last.to)} ago, for ${seconds(last.to - last.from)}`,
        meaning: 'An API server that has only just come up may go down again: look whether it stays.',
      };
    }
    const gaps = apiServerGaps(timeline, spec.node, window);
    if (gaps.length > 0) return notSeen(expected, gaps, context.since);
    return { result: 'passed', expected, found: `${what} ${now.said}, and did so all the time`, meaning };
  },
};

const meaning = 'The cluster can be operated again.';
