import { byHand, fine } from '../findings.ts';
import type { Inspection } from '../inspection.ts';

const id = 'node';
const title = 'Node.js';

export const inspectNodeVersion: Inspection = async ({ host }) => {
  const version = host.machine.nodeVersion;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const meaning = 'kubewright is TypeScript that Node runs without a build step, from 22.22 on; it is developed on 24.';
  if (major > 22 || (major === 22 && minor >= 22)) return fine({ id, title, found: version, meaning });
  return byHand('problem', {
    id,
    title,
    found: version,
    meaning,
    remedy: 'Use "npm start" or node_modules/.bin/node: "npm ci" brings Node 24 along.',
  });
};
