import { byHand, fine, repairable } from '../findings.ts';
import { missingPackages } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';
import { canInstall } from '../machine-facts.ts';

/** The tests start the page through docker-compose.yml as well. */
export const inspectCompose = inspectPrograms({
  ...{ id: 'compose', title: 'docker-compose', packages: { 'docker-compose': 'docker-compose' } },
  meaning: 'Only "npm test" needs it, and whoever starts the page from a container.',
});

/** Learners have them on their student host; the browser tests without a cluster use those of this machine. */
export const inspectScreenPrograms = inspectPrograms({
  ...{ id: 'screen-programs', title: 'less, tmux and vim', packages: { less: 'less', tmux: 'tmux', vim: 'vim' } },
  meaning: 'Only "npm test" needs them: it uses them in the terminal of the page as learners do.',
});

/** @param packages program to the package it is in; drills do without them */
function inspectPrograms({
  id,
  title,
  meaning,
  packages,
}: {
  readonly id: string;
  readonly title: string;
  readonly meaning: string;
  readonly packages: Readonly<Record<string, string>>;
}): Inspection {
  return async ({ host, machine, purpose }) => {
    const missing = await missingPackages(host, packages);
    if (missing.length === 0) return fine({ id, title, found: 'installed', meaning });
    const isAll = missing.length === Object.keys(packages).length;
    const found = isAll ? 'not installed' : `not installed: ${missing.join(', ')}`;
    if (purpose === 'drills') return fine({ id, title, found, meaning });
    const words = { id, title, found, meaning, remedy: `sudo apt-get install -y ${missing.join(' ')}` };
    return canInstall(machine)
      ? repairable('problem', { ...words, fix: [{ kind: 'packages', names: missing }] })
      : byHand('problem', words);
  };
}
