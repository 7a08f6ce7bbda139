import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { createSystemHost, type FirstRunDeps, type LabParts } from '../../clusters/host/index.ts';
import { ensureImages, ensureTools, findImages, findTools } from '../../clusters/images/index.ts';
import { mustSucceed, systemExec } from '../system/exec.ts';
import { installationRoot } from '../system/paths.ts';

/** The minor that drills start on when nothing else is said; every scenario of this version does. */
const defaultMinor = '1.34';

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
    missingImages: async () => (await findImages(quiet, { minor: defaultMinor })).missing,
    ensureImages: async (onLine, signal) => void (await ensureImages(talking(onLine, signal), { minor: defaultMinor })),
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
