import type { KubeApi } from '../providers/provider.ts';

interface Lease {
  readonly spec?: {
    readonly holderIdentity?: string;
    /** MicroTime, RFC 3339. */
    readonly renewTime?: string;
  };
}

/** Who leads a component of the control plane, and when it last said so. */
export interface Leadership {
  readonly holder: string;
  /** Wall clock ms; 0 when nobody has ever held it. */
  readonly renewedAt: number;
}

/**
 * The lease a component elects its leader by, such as kube-scheduler; undefined when there is none. The leader renews
 * it every 2 s, and is no leader any more 15 s after the last time (k8s.io/component-base/config/v1alpha1/defaults.go).
 * A quorum read. @throws COMMAND_FAILED when the API server does not answer.
 */
export async function readLeadership(kube: KubeApi, component: string): Promise<Leadership | undefined> {
  const lease = await kube.read<Lease>({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: 'kube-system',
    name: component,
  });
  if (lease === undefined) return undefined;
  const renewedAt = Date.parse(lease.spec?.renewTime ?? '');
  return { holder: lease.spec?.holderIdentity ?? '', renewedAt: Number.isNaN(renewedAt) ? 0 : renewedAt };
}
