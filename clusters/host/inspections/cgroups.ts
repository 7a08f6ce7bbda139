import { byHand, fine } from '../findings.ts';
import type { Inspection, InspectionContext } from '../inspection.ts';

const id = 'cgroups';
const title = 'cgroups';

/** Which cgroup version the nodes will see. */
export const inspectCgroups: Inspection = async (context) => {
  const version = await cgroupVersion(context);
  if (version === '2') return fine({ id, title, found: 'version 2', meaning: 'What every Kubernetes version wants.' });
  if (version === '1') {
    return byHand('warning', {
      id,
      title,
      found: 'version 1',
      meaning:
        'Kubernetes 1.35 and later refuse it unless failCgroupV1=false is set for the kubelet, and kubeadm upgrade needs --ignore-preflight-errors=SystemVerification. kubewright sets both here, and drills that need the flag say so. Node images with systemd 256 or later do not start.',
      remedy:
        'Nothing has to be done for 1.34. To be like the exam, boot the host with cgroup v2 (systemd.unified_cgroup_hierarchy=1).',
    });
  }
  return fine({
    id,
    title,
    found: 'unknown until an engine answers',
    meaning: 'The engine says which version it uses.',
  });
};

async function cgroupVersion({ engine, host, machine }: InspectionContext): Promise<'1' | '2' | 'unknown'> {
  if (engine.state === 'answers') return engine.cgroupVersion;
  if (machine.platform !== 'linux') return 'unknown';
  if (await host.files.exists('/sys/fs/cgroup/cgroup.controllers')) return '2';
  return (await host.files.exists('/proc/cgroups')) ? '1' : 'unknown';
}
