import { byHand, fine } from '../findings.ts';
import type { Inspection } from '../inspection.ts';

const id = 'node-images';
const title = 'Images';

/** Whether the images of nodes, student host and witness are in the engine. They are made on the first start, not by "doctor --fix". */
export const inspectNodeImages: Inspection = async ({ missingImages }) => {
  const meaning = 'Machines of a cluster start from images that are made once and kept in the engine.';
  if (missingImages === undefined) return fine({ id, title, found: 'unknown until an engine answers', meaning });
  if (missingImages.length === 0) return fine({ id, title, found: 'all there', meaning });
  return byHand('warning', {
    id,
    title,
    found: `missing: ${missingImages.join(', ')}`,
    meaning: `${meaning} Where kindest/node can be pulled this takes minutes, where it must be built from source about half an hour.`,
    remedy: 'Run "kubewright images build". "npm start" does it too.',
  });
};
