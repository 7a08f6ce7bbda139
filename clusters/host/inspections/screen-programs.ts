import { byHand, fine, repairable } from '../findings.ts';
import { missingPackages } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';
import { canInstall } from '../machine-facts.ts';

const id = 'screen-programs';
const title = 'Programs that take the whole screen';
const meaning = 'Only "npm test" needs them: it uses them in the terminal of the page as learners do.';

/** Learners have them on their student host; the browser tests without a cluster use those of this machine. */
export const inspectScreenPrograms: Inspection = async ({ host, machine, purpose }) => {
  const packages = await missingPackages(host, { less: 'less', tmux: 'tmux', vim: 'vim' });
  if (packages.length === 0) return fine({ id, title, found: 'less, tmux and vim are installed', meaning });
  const found = `not installed: ${packages.join(', ')}`;
  if (purpose === 'drills') return fine({ id, title, found, meaning });
  const words = { id, title, found, meaning, remedy: `sudo apt-get install -y ${packages.join(' ')}` };
  return canInstall(machine)
    ? repairable('problem', { ...words, fix: [{ kind: 'packages', names: packages }] })
    : byHand('problem', words);
};
