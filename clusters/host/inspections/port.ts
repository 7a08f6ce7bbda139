import { byHand, fine } from '../findings.ts';
import type { Inspection } from '../inspection.ts';

const id = 'port';
const title = 'Port of the web page';

export const inspectPort: Inspection = async ({ host, port }) => {
  if (await host.isPortFree(port)) {
    return fine({
      id,
      title,
      found: `${port} is free`,
      meaning: '"kubewright serve" listens there, on 127.0.0.1 only.',
    });
  }
  return byHand('warning', {
    id,
    title,
    found: `${port} is taken`,
    meaning: '"kubewright serve" cannot listen there; perhaps it is already running.',
    remedy: 'Open the page that is running, or choose another port: kubewright serve --port 7081.',
  });
};
