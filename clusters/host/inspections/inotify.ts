import { byHand, fine, repairable } from '../findings.ts';
import { distantEngine, type Inspection } from '../inspection.ts';

const id = 'inotify';
const title = 'inotify limits';
const wanted = { instances: 512, watches: 524_288 };

/** Files of the limits; the kernel counts per user, and every node's systemd, containerd and kubelet are root's. */
export const inotifyFiles = {
  instances: '/proc/sys/fs/inotify/max_user_instances',
  watches: '/proc/sys/fs/inotify/max_user_watches',
} as const;

/** The limits that let the fourth cluster fail on most distributions (kind's known issue "too many open files"). */
export const inspectInotify: Inspection = async (context) => {
  const { host, machine } = context;
  const instances = Number.parseInt((await host.files.read(inotifyFiles.instances)) ?? '', 10);
  const watches = Number.parseInt((await host.files.read(inotifyFiles.watches)) ?? '', 10);
  if (distantEngine(context) !== undefined || Number.isNaN(instances) || Number.isNaN(watches)) {
    return fine({ id, title, found: 'decided by the host of the engine', meaning: 'They cannot be seen from here.' });
  }
  const found = `max_user_instances ${instances}, max_user_watches ${watches}`;
  if (instances >= wanted.instances && watches >= wanted.watches) {
    return fine({ id, title, found, meaning: 'Enough for several clusters at a time.' });
  }
  const target = { instances: Math.max(instances, wanted.instances), watches: Math.max(watches, wanted.watches) };
  const setting = `fs.inotify.max_user_instances=${target.instances} fs.inotify.max_user_watches=${target.watches}`;
  const words = {
    id,
    title,
    found,
    meaning:
      'Each node needs many watches: with these limits about three clusters run at a time, and the next one fails with "too many open files".',
    remedy: `sudo sysctl -w ${setting}\nTo keep it over a reboot: put both settings, one a line, into /etc/sysctl.d/90-kubewright.conf.`,
  };
  return machine.isRoot
    ? repairable('warning', { ...words, fix: [{ kind: 'inotify', ...target }] })
    : byHand('warning', words);
};
