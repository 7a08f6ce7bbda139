import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isKubewrightError, KubewrightError } from '../../engine/domain/errors.ts';
import { mustSucceed } from '../../engine/system/exec.ts';
import type { ImageContext } from './context.ts';
import { docker } from './docker.ts';
import { readMachineApt } from './machine-apt.ts';
import { withWorkFolder } from './work-folder.ts';

const bootstrapOptions = ['--variant=minbase', '--include=ca-certificates', 'bookworm'];

/** All that decides how this root filesystem comes out, for the image's hash. */
export const debianRootInput = { name: 'debootstrap', value: JSON.stringify(bootstrapOptions) };

/**
 * Makes a minimal Debian bookworm by debootstrap and imports it under the given name: what debian:bookworm-slim is where
 * a registry can be reached. Linux and root only.
 * @throws KubewrightError TOOL_MISSING, HOST_UNFIT, COMMAND_FAILED
 */
export async function importDebianRoot(context: ImageContext, name: string): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new KubewrightError('HOST_UNFIT', 'the base image can be made from Debian packages on Linux as root only', {
      remedy:
        'Run this command as root, or make a registry with kindest/node reachable and set KUBEWRIGHT_NODE_IMAGE_SOURCE=kindest.',
    });
  }
  const apt = await readMachineApt(context);
  // Without one, debootstrap takes Debian's public mirror.
  const mirror = apt.sources.map((line) => line.split(' ')).find(([, , suite]) => suite === 'bookworm')?.[1];
  const proxy = apt.settings
    .map((line) => /^Acquire::http::Proxy "([^"]+)"/.exec(line)?.[1])
    .find((found) => found !== undefined);

  await withWorkFolder(context, async (folder) => {
    const root = join(folder, 'root');
    try {
      // A mount namespace of its own: debootstrap mounts /proc, and an interrupted one must leave no mount for rm to walk into.
      await mustSucceed(
        context.exec,
        ['unshare', '--mount', 'debootstrap', ...bootstrapOptions, root, ...(mirror === undefined ? [] : [mirror])],
        {
          signal: context.signal,
          ...(proxy === undefined ? {} : { env: { http_proxy: proxy } }),
        },
      );
    } catch (error) {
      throw isKubewrightError(error) &&
        (error.code === 'TOOL_MISSING' || error.message.includes('debootstrap: No such file'))
        ? new KubewrightError('TOOL_MISSING', 'debootstrap is needed to make the base image and was not found', {
            cause: error,
            remedy:
              'Install it ("apt-get install debootstrap"), or make a registry with kindest/node reachable and set KUBEWRIGHT_NODE_IMAGE_SOURCE=kindest.',
          })
        : error;
    }
    if (apt.sources.length > 0) await writeFile(join(root, 'etc/apt/sources.list'), `${apt.sources.join('\n')}\n`);
    for (const leftOver of [
      'var/cache/apt/archives',
      'var/lib/apt/lists',
      'var/log/bootstrap.log',
      'var/log/dpkg.log',
    ]) {
      await rm(join(root, leftOver), { recursive: true, force: true });
    }
    const archive = join(folder, 'root.tar');
    await mustSucceed(context.exec, ['tar', '--numeric-owner', '-C', root, '-cf', archive, '.'], {
      signal: context.signal,
    });
    await docker(context, ['import', archive, name]);
  });
}
