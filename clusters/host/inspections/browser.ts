import { findChromium } from '../chromium.ts';
import { byHand, fine, repairable } from '../findings.ts';
import type { Inspection } from '../inspection.ts';
import { canInstall } from '../machine-facts.ts';

const id = 'browser';
const title = 'Chromium for tests';
const meaning = 'Only "npm test" needs it: the browser tests drive a real page.';

export const inspectBrowser: Inspection = async ({ host, machine, purpose }) => {
  const chromium = await findChromium(host);
  if (chromium !== undefined) {
    const sandbox = chromium.needsNoSandbox ? `, --no-sandbox (${chromium.reason})` : '';
    return fine({ id, title, found: `${chromium.path}${sandbox}`, meaning });
  }
  if (purpose === 'drills') return fine({ id, title, found: 'not installed', meaning });
  // Ubuntu's package of that name only installs a snap, which needs a running snapd.
  if (canInstall(machine) && machine.distribution.id === 'debian') {
    return repairable('problem', {
      id,
      title,
      found: 'not installed',
      meaning,
      remedy: 'apt-get install -y chromium fonts-liberation',
      fix: [{ kind: 'packages', names: ['chromium', 'fonts-liberation'] }],
    });
  }
  const remedy = 'npx --no-install playwright install --with-deps chromium';
  return machine.distribution.id === 'debian'
    ? byHand('problem', {
        id,
        title,
        found: 'not installed',
        meaning,
        remedy: `${remedy}, or: sudo apt-get install -y chromium`,
      })
    : repairable('problem', {
        id,
        title,
        found: 'not installed',
        meaning,
        remedy,
        fix: [{ kind: 'browser-download' }],
      });
};
