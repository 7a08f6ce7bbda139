import { writeFile } from 'node:fs/promises';
import { identities } from '../../domain/timeline.ts';
import type { Exec } from '../../system/exec.ts';
import type { ClusterRequest, Node } from '../provider.ts';
import { type Credentials, type Identity, issueCredentials, issueEtcdCredentials, kubeconfig } from './identities.ts';
import { loadBalancerAlias } from './names.ts';
import { furnishStudentHost } from './student.ts';
import { instructWitness } from './witness-host.ts';

export interface Issued {
  readonly credentials: Record<Identity, Credentials>;
  /** The witness's for etcd. */
  readonly etcd: Credentials;
}

/** Issues all identities of a session on a control plane, which need not be part of a running cluster yet. */
export async function issueIdentities(
  controlPlane: Node,
  outside: string,
  kubeconfigPath: string,
): Promise<Issued & { readonly kubeconfig: string }> {
  const credentials = await issueCredentials(controlPlane);
  const etcd = await issueEtcdCredentials(controlPlane);
  const own = kubeconfig(identities.engine, outside, credentials.engine);
  await writeFile(kubeconfigPath, own, { mode: 0o600 });
  return { credentials, etcd, kubeconfig: own };
}

/** Gives the learner a way into the cluster, and the witness its instructions. */
export async function handOver(
  exec: Exec,
  request: ClusterRequest,
  machines: { readonly nodes: readonly Node[]; readonly student: Node; readonly controlPlane: Node },
  { credentials, etcd }: Issued,
): Promise<void> {
  const { nodes, student, controlPlane } = machines;
  const inside = `https://${request.shape.controlPlanes > 1 ? loadBalancerAlias : controlPlane.address}:6443`;
  request.progress('furnishing the student host');
  await furnishStudentHost(student, nodes, inside, credentials);
  await instructWitness(exec, request.session, {
    server: inside,
    credentials: credentials.witness,
    etcd,
    nodes,
    probes: request.probes,
    markers: request.markers,
  });
}
