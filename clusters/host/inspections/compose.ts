import { byHand, fine, repairable } from '../findings.ts';
import { missingPackages } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';
import { canInstall } from '../machine-facts.ts';

const id = 'compose';
const title = 'docker-compose';
const meaning = 'Only "npm test" needs it, and whoever starts the page from a container.';

/** The tests start the page through docker-compose.yml as well. */
export const inspectCompose: Inspection = async ({ host, machine, purpose }) => {
  const packages = await missingPackages(host, { 'docker-compose': 'docker-compose' });
  if (packages.length === 0) return fine({ id, title, found: 'installed', meaning });
  if (purpose === 'drills') return fine({ id, title, found: 'not installed', meaning });
  const words = { id, title, found: 'not installed', meaning, remedy: 'sudo apt-get install -y docker-compose' };
  return canInstall(machine)
    ? repairable('problem', { ...words, fix: [{ kind: 'packages', names: packages }] })
    : byHand('problem', words);
};
