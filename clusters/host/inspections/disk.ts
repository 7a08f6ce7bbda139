import { byHand, fine } from '../findings.ts';
import { distantEngine, formatBytes, gibibyte, type Inspection } from '../inspection.ts';

const id = 'disk';
const title = 'Disk';
/** Node images are built through containers and archives of several GiB each; a session writes about 2 GiB. */
export const neededBytes = { build: 15 * gibibyte, start: 5 * gibibyte };

/** Free space where the engine keeps images and volumes. */
export const inspectDisk: Inspection = async (context) => {
  const { engine, host, machine, missingImages } = context;
  if (distantEngine(context) !== undefined || machine.platform !== 'linux') {
    return fine({
      id,
      title,
      found: 'decided by the host of the engine',
      meaning: `It cannot be seen from here. Images take ${formatBytes(neededBytes.build)} while they are built, a session about 2 GiB.`,
    });
  }
  const folder = engine.state === 'answers' && engine.rootDir !== '' ? engine.rootDir : '/var/lib/docker';
  const free = await host.files.freeBytes(folder);
  const words = { id, title, found: `${formatBytes(free)} free in ${folder}` };
  const remedy = `Free space on the file system of ${folder}, for instance with "docker system prune" and "kubewright clean".`;
  if (free < neededBytes.start) {
    return byHand('problem', {
      ...words,
      meaning: `A start needs ${formatBytes(neededBytes.start)}; a node that runs out of disk evicts its pods.`,
      remedy,
    });
  }
  if (free < neededBytes.build) {
    const mustBuild = missingImages === undefined || missingImages.length > 0;
    return byHand(mustBuild ? 'problem' : 'warning', {
      ...words,
      meaning: `Enough for a session, but building node images needs ${formatBytes(neededBytes.build)}.`,
      remedy,
    });
  }
  return fine({ ...words, meaning: 'Enough for node images and sessions.' });
};
