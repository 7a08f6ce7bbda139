import { stringify } from 'yaml';
import type { ClusterShape } from '../provider.ts';
import { plannedMachines } from './names.ts';

/** Folders inside the node image (its lab layer) that the API server reads the audit policy from and writes the log to. */
const auditConfigFolder = '/etc/kubewright/audit';
const auditLogFolder = '/var/log/kubernetes/audit';

/**
 * kind's configuration for a session: nodes named cp1, w1 … and the audit trail switched on through
 * ClusterConfiguration, so that `kubeadm upgrade` keeps it. Two backends: the log on the node, for people, and the
 * webhook to the witness, which takes the evidence off the node as it is made.
 */
export function kindConfig(session: string, shape: ClusterShape): string {
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: plannedMachines(session, shape).map((machine) => ({
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
    ],
  });
}
