import { stringify } from 'yaml';
import type { ClusterShape } from '../provider.ts';
import { loadBalancerAlias, plannedMachines } from './names.ts';

/** Folders inside the node image (its lab layer) that the API server reads the audit policy from and writes the log to. */
const auditConfigFolder = '/etc/kubewright/audit';
const auditLogFolder = '/var/log/kubernetes/audit';

/** The kubelet of this minor and later ones refuses to start on cgroup v1, unless it is told otherwise (KEP-5573). */
const firstMinorThatRefusesCgroupV1 = 35;

export interface KindConfigRequest {
  readonly session: string;
  readonly shape: ClusterShape;
  /** Every minor that a kubelet of the session may have, such as "1.34". */
  readonly minors: readonly string[];
  /** Whether the engine's machine has cgroup v1. */
  readonly cgroupV1: boolean;
}

/**
 * kind's configuration for a session: nodes named cp1, w1 … and the audit trail switched on through
 * ClusterConfiguration, so that `kubeadm upgrade` keeps it. Two backends: the log on the node, for people, and the
 * webhook to the witness, which takes the evidence off the node as it is made.
 */
export function kindConfig({ session, shape, minors, cgroupV1 }: KindConfigRequest): string {
  const kubeletMustBeTold = cgroupV1 && minors.some((minor) => minorNumber(minor) >= firstMinorThatRefusesCgroupV1);
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: plannedMachines(session, shape)
      .filter(({ role }) => role !== 'spare')
      .map((machine) => ({
        role: machine.role,
        kubeadmConfigPatches: [
          stringify({
            kind: machine.name === 'cp1' ? 'InitConfiguration' : 'JoinConfiguration',
            nodeRegistration: { name: machine.name },
          }),
        ],
      })),
    // kind v0.33.0 writes kubeadm v1beta3 below Kubernetes 1.36 (pkg/cluster/internal/kubeadm/config.go), where extraArgs is a map.
    kubeadmConfigPatches: [
      stringify({
        kind: 'ClusterConfiguration',
        apiVersion: 'kubeadm.k8s.io/v1beta3',
        apiServer: {
          // A patch replaces the whole list: the first two are kind's own. The load balancer gets its address from the engine
          // after the certificates are made, so that its name is what clients verify.
          ...(shape.controlPlanes > 1 ? { certSANs: ['localhost', '127.0.0.1', loadBalancerAlias] } : {}),
          extraArgs: {
            'audit-policy-file': `${auditConfigFolder}/policy.yaml`,
            'audit-log-path': `${auditLogFolder}/audit.log`,
            'audit-log-maxsize': '20',
            'audit-log-maxbackup': '2',
            'audit-webhook-config-file': `${auditConfigFolder}/webhook.yaml`,
            'audit-webhook-mode': 'batch',
            // Evidence is on its way within a fifth of a second; the default would keep it up to 30 s on the node.
            'audit-webhook-batch-max-wait': '200ms',
            'audit-webhook-initial-backoff': '1s',
          },
          extraVolumes: [
            {
              name: 'audit-config',
              hostPath: auditConfigFolder,
              mountPath: auditConfigFolder,
              readOnly: true,
              pathType: 'Directory',
            },
            {
              name: 'audit-log',
              hostPath: auditLogFolder,
              mountPath: auditLogFolder,
              readOnly: false,
              pathType: 'DirectoryOrCreate',
            },
          ],
        },
      }),
      // Kept by `kubeadm upgrade`, which takes the kubelets' configuration from the cluster.
      ...(kubeletMustBeTold
        ? [
            stringify({
              kind: 'KubeletConfiguration',
              apiVersion: 'kubelet.config.k8s.io/v1beta1',
              failCgroupV1: false,
            }),
          ]
        : []),
    ],
  });
}

function minorNumber(minor: string): number {
  return Number(minor.slice(minor.indexOf('.') + 1));
}
