import { byHand, fine } from '../findings.ts';
import { findProgram } from '../host-access.ts';
import type { Inspection } from '../inspection.ts';

const id = 'go';
const title = 'Go';
/** What Kubernetes 1.35 asks for in its go.mod. */
const wanted = { major: 1, minor: 25 };

/** Go is needed only where images and kind must be built from Go modules. */
export const inspectGo: Inspection = async ({ host, lab, missingImages }) => {
  const path = await findProgram(host, 'go');
  const version = path === undefined ? '' : (await host.exec.run([path, 'version'])).stdout;
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) === wanted.major && Number(minor) >= wanted.minor) {
    return fine({
      id,
      title,
      found: version.trim(),
      meaning: 'Node images can be built from source where they cannot be pulled.',
    });
  }
  const found = path === undefined ? 'not installed' : `${version.trim()}, older than ${wanted.major}.${wanted.minor}`;
  const mayNeedIt = missingImages === undefined || missingImages.length > 0 || (await lab.missingTools()).length > 0;
  if (!mayNeedIt) return fine({ id, title, found, meaning: 'Not needed: kind and all images are there.' });
  return byHand('warning', {
    id,
    title,
    found,
    meaning: 'Needed only to build kind and node images from source, where kindest/node cannot be pulled.',
    remedy: `Install Go ${wanted.major}.${wanted.minor} or later from https://go.dev/dl/ and put it on PATH.`,
  });
};
