import { z } from 'zod';
import { blockingRules, readFilterChains } from '../reading/packet-filter.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z
  .strictObject({
    node: z.string().min(1),
    /** No rule throws away packets of this TCP port. */
    open: z.int().min(1).max(65_535).optional(),
    /** These chains have rules, each as <table>/<chain>, such as nat/KUBE-SERVICES. */
    kept: z
      .array(z.string().regex(/^[a-z]+\/\S+$/, 'write <table>/<chain>'))
      .min(1)
      .optional(),
  })
  .refine((spec) => spec.open !== undefined || spec.kept !== undefined, {
    message: 'say what is expected: open, kept, or both',
  });

/** The rules that are in the way are not told: they are what has to be found. */
export const firewallCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'firewall',
  summary: "A node's packet filter lets a port through, and still has the rules that others have put there.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted: string[] = [];
    if (spec.open !== undefined) wanted.push(`nothing on ${spec.node} stands in the way of TCP port ${spec.open}`);
    if (spec.kept !== undefined) wanted.push(`what others have set up in the network of ${spec.node} is there`);
    const expected = wanted.join(', and ');
    const chains = await readFilterChains(context.machine(spec.node));
    const blocking = spec.open === undefined ? [] : blockingRules(chains, spec.open);
    if (blocking.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `something on ${spec.node} does`,
        meaning:
          'A connection that is neither accepted nor refused hangs until it times out, and every program that waits for it blames another cause.',
      };
    }
    const filled = new Set(
      chains.filter(({ rules }) => rules.length > 0).map(({ table, chain }) => `${table}/${chain}`),
    );
    const missing = (spec.kept ?? []).filter((name) => !filled.has(name));
    if (missing.length > 0) {
      return {
        result: 'failed',
        expected,
        found: `on ${spec.node} there is nothing in ${listed(missing)}`,
        meaning:
          'The packet filter is shared: services, the pod network and name resolution of the node live in it. kube-proxy puts its own rules back after a while; what others have put there only once stays lost, at least until the machine is restarted.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'so it is',
      meaning: 'The node passes on what it has to, and nobody else was cut off for it.',
    };
  },
};
