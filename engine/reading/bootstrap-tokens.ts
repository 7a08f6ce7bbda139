import type { KubeApi } from '../providers/provider.ts';

interface Secret {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

export interface BootstrapToken {
  readonly id: string;
  /** Wall clock ms; undefined: it never expires. */
  readonly expiresAt?: number;
}

/**
 * The tokens that machines can join the cluster with: Secrets of their own type in kube-system (k8s.io/cluster-bootstrap).
 * @throws COMMAND_FAILED when the API server does not answer.
 */
export async function readTokens(kube: KubeApi): Promise<BootstrapToken[]> {
  const secrets = await kube.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system' });
  return secrets
    .filter((secret) => secret.type === 'bootstrap.kubernetes.io/token')
    .map(({ data = {} }) => {
      const text = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString();
      const expiresAt = Date.parse(text('expiration'));
      return { id: text('token-id'), ...(Number.isNaN(expiresAt) ? {} : { expiresAt }) };
    });
}
