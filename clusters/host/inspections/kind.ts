import { byHand, fine, repairable } from '../findings.ts';
import { findProgram } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';

const id = 'kind';
const title = 'kind';
const meaning = 'kind makes the clusters. Its version is pinned, since node images and kind belong together.';

/** Whether the pinned tools are there: kubewright's cache folder first, then PATH. */
export const inspectKind: Inspection = async ({ host, lab }) => {
  const missing = await lab.missingTools();
  if (missing.length === 0) return fine({ id, title, found: 'the pinned version is there', meaning });
  const words = {
    id,
    title,
    found: `missing: ${missing.join(', ')}`,
    meaning,
    remedy: `Put ${missing.join(' and ')} on PATH, or install Go and let kubewright build it.`,
  };
  return (await findProgram(host, 'go')) === undefined
    ? byHand('problem', words)
    : repairable('problem', { ...words, fix: [{ kind: 'tools' }] });
};
