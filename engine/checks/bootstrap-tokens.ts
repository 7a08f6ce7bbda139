import { z } from 'zod';
import { readTokens } from '../reading/bootstrap-tokens.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** Hours from now after which no token may be good any more; kubeadm's own last 24. */
  expireWithin: z.int().min(1).max(8_760),
});

const hourMs = 3_600_000;

export const bootstrapTokensCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'bootstrap-tokens',
  summary: 'Every token that a machine can join the cluster with expires soon.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `no token to join the cluster with is good for longer than ${spec.expireWithin} hours`;
    const tokens = await readTokens(context.kube);
    const long = tokens.filter(
      ({ expiresAt }) => expiresAt === undefined || expiresAt > context.until + spec.expireWithin * hourMs,
    );
    if (long.length > 0) {
      return {
        result: 'failed',
        expected,
        // The id is public, half of a token; the secret half is not shown.
        found: listed(
          long.map(({ id, expiresAt }) =>
            expiresAt === undefined
              ? `token ${id} never expires`
              : `token ${id} expires only ${new Date(expiresAt).toISOString().slice(0, 16)}Z`,
          ),
        ),
        meaning:
          'Whoever finds this token in a history, a ticket or a wiki can make any machine a node of the cluster, and read what its pods are given.',
      };
    }
    return {
      result: 'passed',
      expected,
      found:
        tokens.length === 0
          ? 'there is no token'
          : `${tokens.length} token${tokens.length === 1 ? '' : 's'}, none of them for long`,
      meaning: 'What was needed to join is worth nothing to whoever finds it later.',
    };
  },
};
