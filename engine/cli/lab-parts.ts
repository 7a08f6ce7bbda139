import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createSystemHost, type FirstRunDeps, type LabParts } from '../../clusters/host/index.ts';
import {
  ensureImages,
  ensureLoadBalancer,
  ensureTools,
  findImages,
  findLoadBalancer,
  findTools,
} from '../../clusters/images/index.ts';
import { defaultMinor, defaultUpgrade } from '../../clusters/node-image/versions.ts';
import { mustSucceed, systemExec } from '../system/exec.ts';
import { installationRoot } from '../system/paths.ts';

/** What the host's doctor and first run need to know of images, tools and the page. */
export function createLabParts(): LabParts {
  const quiet = { exec: systemExec, progress: () => {} };
  const talking = (progress: (line: string) => void, signal?: AbortSignal) => ({
    exec: systemExec,
    progress,
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    missingTools: async () => (await findTools(quiet)).missing,
    ensureTools: async (onLine, signal) => void (await ensureTools(talking(onLine, signal))),
    missingImages: async (purpose) => {
      const ordinary = (await findImages(quiet, { minor: defaultMinor })).missing;
      if (purpose === 'drills') return ordinary;
      const pair = (await findImages(quiet, { minor: defaultMinor, upgradeTo: defaultUpgrade })).missing;
      const loadBalancer = (await findLoadBalancer(quiet)).missing;
      return [...new Set([...ordinary, ...pair, ...loadBalancer])];
    },
    ensureImages: async (purpose, onLine, signal) => {
      await ensureImages(talking(onLine, signal), { minor: defaultMinor });
      if (purpose === 'drills') return;
      await ensureImages(talking(onLine, signal), { minor: defaultMinor, upgradeTo: defaultUpgrade });
      await ensureLoadBalancer(talking(onLine, signal));
    },
  };
}

export function createFirstRunDeps(say: (line: string) => void): FirstRunDeps {
  const root = installationRoot();
  return {
    host: createSystemHost(),
    lab: createLabParts(),
    say,
    client: {
      isBuilt: () =>
        access(join(root, 'web', 'client', 'dist', 'index.html')).then(
          () => true,
          () => false,
        ),
      build: async (onLine, signal) =>
        void (await mustSucceed(systemExec, [join(root, 'node_modules', '.bin', 'vite'), 'build'], {
          cwd: root,
          onLine,
          signal,
        })),
    },
    ask: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(question)).trim());
      } finally {
        prompt.close();
      }
    },
  };
}
