import { fine } from '../findings.ts';
import { findProgram } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';

/** A note only: drills use the kubectl of the student host. */
export const inspectKubectl: Inspection = async ({ host }) => {
  const path = await findProgram(host, 'kubectl');
  return fine({
    id: 'kubectl',
    title: 'kubectl on this host',
    found: path ?? 'not installed',
    meaning: 'Not needed: learners use the one of the student host. Your own kubeconfig is never touched.',
  });
};
