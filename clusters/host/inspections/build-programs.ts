import { byHand, fine, repairable } from '../findings.ts';
import { missingPackages } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';
import { canInstall } from '../machine-facts.ts';

const id = 'build-programs';
const title = 'debootstrap';

/** The base image is made by debootstrap where no registry can be reached. */
export const inspectBuildPrograms: Inspection = async ({ host, machine, missingImages }) => {
  const meaning = 'Makes the base of the images where debian:bookworm-slim cannot be pulled.';
  const packages = await missingPackages(host, { debootstrap: 'debootstrap' });
  if (packages.length === 0) return fine({ id, title, found: 'installed', meaning });
  if (missingImages?.length === 0)
    return fine({ id, title, found: 'not installed', meaning: 'Not needed: all images are there.' });
  const words = { id, title, found: 'not installed', meaning };
  const remedy = 'sudo apt-get install -y debootstrap (only where registries cannot be reached)';
  if (canInstall(machine))
    return repairable('warning', { ...words, remedy, fix: [{ kind: 'packages', names: packages }] });
  return byHand('warning', { ...words, remedy });
};
