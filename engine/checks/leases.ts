import { z } from 'zod';
import { type Leadership, readLeadership } from '../reading/leases.ts';
import { systemClock } from '../system/clock.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { listed } from './finding.ts';
import { readOrDown } from './read-or-down.ts';

const component = z.enum(['kube-controller-manager', 'kube-scheduler']);

const schema = z.strictObject({
  /** The components that have to be at work. */
  of: z.array(component).min(1),
  /** The control plane whose API server is asked when the cluster's does not answer. */
  node: z.string().min(1),
  /** Seconds within which a lease has to have been renewed. */
  renewedWithin: z.int().min(5).max(120),
});
type Spec = z.infer<typeof schema>;

const work: Readonly<Record<z.infer<typeof component>, string>> = {
  'kube-controller-manager': 'nobody makes pods for Deployments, notices dead nodes or signs certificates',
  'kube-scheduler': 'nobody chooses a node for new pods, and they stay Pending',
};

export const leasesCheck: CheckDefinition<Spec> = {
  kind: 'leases',
  summary: 'The controller manager and the scheduler are at work: their leases in kube-system are being renewed.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `${listed(spec.of)} ${spec.of.length === 1 ? 'has' : 'have'} renewed the lease within the last ${spec.renewedWithin} s`;
    const states = await Promise.all(spec.of.map((name) => look(context, spec, name)));
    const found = listed(states.map(({ words }) => words));
    const idle = states.filter((state) => !state.fresh).map(({ name }) => work[name]);
    if (idle.length > 0) return { result: 'failed', expected, found, meaning: `As it is, ${listed(idle)}.` };
    return { result: 'passed', expected, found, meaning: 'The components that do the work behind the API do it.' };
  },
};

/** What nobody can trust about the certificate that an API server shows (Node, doc/api/tls.md, "X509 certificate error codes"). */
const untrusted: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: "a certificate that is not for the cluster's address",
};

function seenUntrusted(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && cause.code in untrusted) return untrusted[cause.code];
  }
  return undefined;
}

async function look(context: CheckContext, spec: Spec, name: z.infer<typeof component>) {
  let lease: Leadership | undefined;
  const askedAt = systemClock.now();
  try {
    lease = await readLeadership(context.kube, name);
  } catch (error) {
    // An API server that is seen to be down, or is another one, or that nobody can trust any more, keeps everybody from
    // renewing: that is a fact and not a failure to look.
    const certificate = seenUntrusted(error);
    if (certificate !== undefined) {
      return { name, fresh: false, words: `nobody can ask about ${name}: the API server shows ${certificate}` };
    }
    const answer = await readOrDown(context, { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, spec.node);
    if (!('down' in answer)) throw error;
    return { name, fresh: false, words: `${name} cannot renew: ${answer.down}` };
  }
  if (lease === undefined) return { name, fresh: false, words: `there is no lease of ${name}` };
  const ageMs = Math.max(0, askedAt - lease.renewedAt);
  const age = lease.renewedAt === 0 ? 'never renewed' : `renewed ${Math.round(ageMs / 1000)} s ago`;
  // A leader that ends in good order gives the lease back: then it is new and nobody's.
  const fresh = lease.holder !== '' && lease.renewedAt > 0 && ageMs <= spec.renewedWithin * 1000;
  return { name, fresh, words: `the lease of ${name}${lease.holder === '' ? " is nobody's and" : ''} was ${age}` };
}
