import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isKubewrightError, KubewrightError } from '../../engine/domain/errors.ts';
import { mustSucceed } from '../../engine/system/exec.ts';
import type { ImageContext } from './context.ts';
import type { GoProgram } from './go-programs.ts';
import { hashInputs, type Input } from './inputs.ts';
import { requireVersion } from './versions-check.ts';

/** Everything the bytes of a Go program depend on, but for the Go release, which may be patched without a rebuild. */
export function goInputs(program: GoProgram): Input[] {
  return [
    { path: program.folder },
    { name: `go build ${program.name}`, value: JSON.stringify([program.package, program.version, program.variables]) },
  ];
}

/**
 * Builds a program, or finds it in the cache (go/<hash>/<name>), and returns its path. A program is in the cache only
 * when it was built whole and says the version it should: an interrupted build goes on at the program it was at.
 * @throws KubewrightError TOOL_MISSING without Go, IMAGE_BUILD_FAILED, COMMAND_FAILED
 */
export async function buildGoProgram(context: ImageContext, program: GoProgram): Promise<string> {
  const hash = await hashInputs(context.clustersFolder, goInputs(program));
  const folder = join(context.cacheFolder, 'go', hash.slice(0, 24));
  const built = join(folder, program.name);
  if (await exists(built)) return built;

  const go = await findGo(context);
  const started = performance.now();
  await mkdir(folder, { recursive: true });
  const part = `${built}.part-${process.pid}`;
  const variables = Object.entries(program.variables).flatMap(([name, value]) => ['-X', `${name}=${value}`]);
  try {
    await mustSucceed(
      context.exec,
      [
        go,
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        ['-s', '-w', ...variables].join(' '),
        '-o',
        part,
        program.package,
      ],
      { cwd: join(context.clustersFolder, program.folder), env: { CGO_ENABLED: '0' }, signal: context.signal },
    );
    await requireVersion(context, program.name, program.version, [part]);
    await rename(part, built);
  } finally {
    await rm(part, { force: true });
  }
  context.progress(
    `go build ${program.name} ${program.version}: ${Math.round((performance.now() - started) / 1000)} s`,
  );
  return built;
}

/** Folder of a module's source in Go's module cache. @throws KubewrightError TOOL_MISSING, COMMAND_FAILED */
export async function downloadGoModule(context: ImageContext, moduleFolder: string, module: string): Promise<string> {
  const go = await findGo(context);
  const result = await mustSucceed(context.exec, [go, 'mod', 'download', '-json', module], {
    cwd: join(context.clustersFolder, moduleFolder),
    signal: context.signal,
  });
  return (JSON.parse(result.stdout) as { Dir: string }).Dir;
}

/** The Go command: on PATH, or where its installer puts it. @throws KubewrightError TOOL_MISSING */
async function findGo(context: ImageContext): Promise<string> {
  for (const go of ['go', '/usr/local/go/bin/go']) {
    try {
      const result = await context.exec.run([go, 'version'], { signal: context.signal });
      if (result.exitCode === 0) return go;
    } catch (error) {
      if (!isKubewrightError(error) || error.code !== 'TOOL_MISSING') throw error;
    }
  }
  throw new KubewrightError('TOOL_MISSING', 'Go is needed to build this from source and was not found', {
    remedy:
      'Install Go 1.25 or newer (https://go.dev/dl/), or make a registry with kindest/node reachable and set KUBEWRIGHT_NODE_IMAGE_SOURCE=kindest.',
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
