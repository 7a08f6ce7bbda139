import { backupTakenFault } from './backup-taken.ts';
import { certificateExpiredFault } from './certificate-expired.ts';
import { controlPlaneUpgradedFault } from './control-plane-upgraded.ts';
import { diskPressureFault } from './disk-pressure.ts';
import { drainHangingFault } from './drain-hanging.ts';
import { etcdCorruptedFault } from './etcd-corrupted.ts';
import { etcdMemberLostFault } from './etcd-member-lost.ts';
import { etcdNospaceFault } from './etcd-nospace.ts';
import { etcdRestoredByHandFault } from './etcd-restored-by-hand.ts';
import type { FaultDefinition } from './fault.ts';
import { fileChangedFault } from './file-changed.ts';
import { imageMissingFault } from './image-missing.ts';
import { kubeletConfigBrokenFault } from './kubelet-config-broken.ts';
import { machineReplacedFault } from './machine-replaced.ts';
import { namespaceDeletedFault } from './namespace-deleted.ts';
import { nodeCutOffFault } from './node-cut-off.ts';
import { nodeLostFault } from './node-lost.ts';
import { osPatchReadyFault } from './os-patch-ready.ts';
import { packageInstalledEarlyFault } from './package-installed-early.ts';
import { pkiLostFault } from './pki-lost.ts';
import { quorumLostFault } from './quorum-lost.ts';
import { runtimeDownFault } from './runtime-down.ts';
import { serviceStoppedFault } from './service-stopped.ts';
import { staticPodBrokenFault } from './static-pod-broken.ts';
import { tokenExpiredFault } from './token-expired.ts';
import { upgradeInterruptedFault } from './upgrade-interrupted.ts';

/** Every kind of fault: the key is the YAML word and the file's name. */
export const faultRegistry = {
  'backup-taken': backupTakenFault,
  'certificate-expired': certificateExpiredFault,
  'control-plane-upgraded': controlPlaneUpgradedFault,
  'disk-pressure': diskPressureFault,
  'drain-hanging': drainHangingFault,
  'etcd-corrupted': etcdCorruptedFault,
  'etcd-member-lost': etcdMemberLostFault,
  'etcd-restored-by-hand': etcdRestoredByHandFault,
  'etcd-nospace': etcdNospaceFault,
  'file-changed': fileChangedFault,
  'image-missing': imageMissingFault,
  'kubelet-config-broken': kubeletConfigBrokenFault,
  'machine-replaced': machineReplacedFault,
  'namespace-deleted': namespaceDeletedFault,
  'node-cut-off': nodeCutOffFault,
  'node-lost': nodeLostFault,
  'os-patch-ready': osPatchReadyFault,
  'package-installed-early': packageInstalledEarlyFault,
  'pki-lost': pkiLostFault,
  'quorum-lost': quorumLostFault,
  'runtime-down': runtimeDownFault,
  'service-stopped': serviceStoppedFault,
  'static-pod-broken': staticPodBrokenFault,
  'token-expired': tokenExpiredFault,
  'upgrade-interrupted': upgradeInterruptedFault,
} as const satisfies Record<string, FaultDefinition<unknown>>;
