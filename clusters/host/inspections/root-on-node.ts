import { fine } from '../findings.ts';
import type { Inspection } from '../inspection.ts';

/** A note that belongs on every doctor's page. */
export const inspectRootOnNode: Inspection = async () =>
  fine({
    id: 'root-on-node',
    title: 'Who learns here',
    found: 'root on a node is root on the host of the engine',
    meaning:
      "kind's nodes are privileged containers: whoever is root there can reach the host. Let only people in whom you would give root on that host.",
  });
