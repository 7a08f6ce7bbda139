import { apiAvailableCheck } from './api-available.ts';
import { apiReadyCheck } from './api-ready.ts';
import { backupBeforeCheck } from './backup-before.ts';
import { backupBeforeUpgradeCheck } from './backup-before-upgrade.ts';
import { bootstrapTokensCheck } from './bootstrap-tokens.ts';
import { certificateCheck } from './certificate.ts';
import { certificateAuthorityCheck } from './certificate-authority.ts';
import type { CheckDefinition } from './check.ts';
import { componentVersionsCheck } from './component-versions.ts';
import { dataDirUntouchedCheck } from './data-dir-untouched.ts';
import { drainedAtRestartCheck } from './drained-at-restart.ts';
import { etcdCheck } from './etcd.ts';
import { etcdDataKeptCheck } from './etcd-data-kept.ts';
import { etcdGoesOnCheck } from './etcd-goes-on.ts';
import { etcdMembersCheck } from './etcd-members.ts';
import { etcdQuorumCheck } from './etcd-quorum.ts';
import { etcdQuotaCheck } from './etcd-quota.ts';
import { etcdSnapshotCheck } from './etcd-snapshot.ts';
import { etcdSpaceCheck } from './etcd-space.ts';
import { evictionsOnlyCheck } from './evictions-only.ts';
import { fileCheck } from './file.ts';
import { fileSaysCheck } from './file-says.ts';
import { filesAbsentCheck } from './files-absent.ts';
import { filesKeptCheck } from './files-kept.ts';
import { filesUntouchedCheck } from './files-untouched.ts';
import { firewallCheck } from './firewall.ts';
import { kubeadmConfigCheck } from './kubeadm-config.ts';
import { kubeletConfigCheck } from './kubelet-config.ts';
import { kubeletReachableCheck } from './kubelet-reachable.ts';
import { leasesCheck } from './leases.ts';
import { markersCheck } from './markers.ts';
import { mirrorPodCheck } from './mirror-pod.ts';
import { nodeCheck } from './node.ts';
import { nodeConditionCheck } from './node-condition.ts';
import { nodeDrainedCheck } from './node-drained.ts';
import { nodeLabelsCheck } from './node-labels.ts';
import { nodeMaintenanceCheck } from './node-maintenance.ts';
import { packagesHeldCheck } from './packages-held.ts';
import { podEndConfirmedCheck } from './pod-end-confirmed.ts';
import { podFloorCheck } from './pod-floor.ts';
import { podsOnNodeCheck } from './pods-on-node.ts';
import { rebootedCheck } from './rebooted.ts';
import { resourceCheck } from './resource.ts';
import { restartedCheck } from './restarted.ts';
import { restartedAfterRestoreCheck } from './restarted-after-restore.ts';
import { runtimeAnswersCheck } from './runtime-answers.ts';
import { runtimeConfigCheck } from './runtime-config.ts';
import { runtimeSettingsCheck } from './runtime-settings.ts';
import { sameNodeCheck } from './same-node.ts';
import { servedCertificateCheck } from './served-certificate.ts';
import { staticPodArgsCheck } from './static-pod-args.ts';
import { staticPodArgsKeptCheck } from './static-pod-args-kept.ts';
import { staticPodProgramsCheck } from './static-pod-programs.ts';
import { staticPodsCheck } from './static-pods.ts';
import { taintsAbsentCheck } from './taints-absent.ts';
import { trafficCheck } from './traffic.ts';
import { unchangedCheck } from './unchanged.ts';
import { unitCheck } from './unit.ts';
import { unitAtBootCheck } from './unit-at-boot.ts';
import { unitProgramCheck } from './unit-program.ts';
import { unitSettledCheck } from './unit-settled.ts';
import { upgradeOrderCheck } from './upgrade-order.ts';
import { versionSkewCheck } from './version-skew.ts';

/** Every kind of check: the key is the YAML word and the file's name. */
export const checkRegistry = {
  'api-available': apiAvailableCheck,
  'api-ready': apiReadyCheck,
  'backup-before': backupBeforeCheck,
  'backup-before-upgrade': backupBeforeUpgradeCheck,
  'bootstrap-tokens': bootstrapTokensCheck,
  certificate: certificateCheck,
  'certificate-authority': certificateAuthorityCheck,
  'component-versions': componentVersionsCheck,
  'data-dir-untouched': dataDirUntouchedCheck,
  'drained-at-restart': drainedAtRestartCheck,
  'etcd-data-kept': etcdDataKeptCheck,
  'etcd-goes-on': etcdGoesOnCheck,
  'etcd-members': etcdMembersCheck,
  'etcd-quorum': etcdQuorumCheck,
  'etcd-quota': etcdQuotaCheck,
  etcd: etcdCheck,
  'etcd-snapshot': etcdSnapshotCheck,
  'etcd-space': etcdSpaceCheck,
  'evictions-only': evictionsOnlyCheck,
  'file-says': fileSaysCheck,
  file: fileCheck,
  'files-absent': filesAbsentCheck,
  'files-kept': filesKeptCheck,
  'files-untouched': filesUntouchedCheck,
  firewall: firewallCheck,
  'kubeadm-config': kubeadmConfigCheck,
  'kubelet-config': kubeletConfigCheck,
  'kubelet-reachable': kubeletReachableCheck,
  leases: leasesCheck,
  markers: markersCheck,
  'mirror-pod': mirrorPodCheck,
  'node-condition': nodeConditionCheck,
  'node-drained': nodeDrainedCheck,
  'node-labels': nodeLabelsCheck,
  'node-maintenance': nodeMaintenanceCheck,
  node: nodeCheck,
  'packages-held': packagesHeldCheck,
  'pod-end-confirmed': podEndConfirmedCheck,
  'pod-floor': podFloorCheck,
  'pods-on-node': podsOnNodeCheck,
  rebooted: rebootedCheck,
  resource: resourceCheck,
  restarted: restartedCheck,
  'restarted-after-restore': restartedAfterRestoreCheck,
  'runtime-answers': runtimeAnswersCheck,
  'runtime-config': runtimeConfigCheck,
  'runtime-settings': runtimeSettingsCheck,
  'same-node': sameNodeCheck,
  'served-certificate': servedCertificateCheck,
  'static-pod-args': staticPodArgsCheck,
  'static-pod-args-kept': staticPodArgsKeptCheck,
  'static-pod-programs': staticPodProgramsCheck,
  'static-pods': staticPodsCheck,
  'taints-absent': taintsAbsentCheck,
  traffic: trafficCheck,
  unchanged: unchangedCheck,
  unit: unitCheck,
  'unit-at-boot': unitAtBootCheck,
  'unit-program': unitProgramCheck,
  'unit-settled': unitSettledCheck,
  'upgrade-order': upgradeOrderCheck,
  'version-skew': versionSkewCheck,
} as const satisfies Record<string, CheckDefinition<unknown>>;
