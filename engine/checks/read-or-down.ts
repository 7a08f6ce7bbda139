import type { ResourceRef } from '../providers/provider.ts';
import { askReadiness } from '../reading/api-server-on-node.ts';
import type { CheckContext } from './check.ts';

/** What came of a quorum read: the object, or why the API server of that control plane could not give it. */
export type ReadOrDown<T> = { readonly object: T | undefined } | Down;

/** What was found, and what it means. */
export interface Down {
  readonly down: string;
  readonly meaning: string;
}

/**
 * Reads an object. When the API server of the control plane is seen to be down on its own machine, or another one than that
 * of this cluster answers, that is a fact and no failure to look.
 * @throws COMMAND_FAILED when the API server did not answer and neither is seen, or its machine cannot be asked.
 */
export async function readOrDown<T>(
  context: CheckContext,
  ref: ResourceRef,
  controlPlane: string,
): Promise<ReadOrDown<T>> {
  try {
    return { object: await context.kube.read<T>(ref) };
  } catch (error) {
    if (isStranger(error)) {
      return {
        down: 'the API server shows a certificate that the CA of this cluster has not signed',
        meaning:
          'It is the API of another cluster. Nobody who belonged to this one trusts it: no node, no user, no program.',
      };
    }
    const { ready, said } = await askReadiness(context.machine(controlPlane));
    if (ready) throw error;
    return {
      down: `the API server on ${controlPlane} ${said}`,
      meaning: 'What nobody can read is not there for anybody.',
    };
  }
}

/** OpenSSL's verification results as Node names them (doc/api/tls.md, "X509 certificate error codes"). */
const notOurs = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether a server answered that cannot prove to be the one of this cluster. The engine holds the CA outside the cluster. */
function isStranger(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && notOurs.has(cause.code)) return true;
  }
  return false;
}
