import { randomBytes } from 'node:crypto';
import type { ImageContext } from './context.ts';
import { docker } from './docker.ts';

/**
 * Work containers are known by name and not by a label: `docker commit` would copy a label into the image, and from
 * there into every container made of it, which a reaper would then take for a work container.
 */
const namePrefix = 'kubewright-build-';
const buildFolder = '/kubewright-build';
/**
 * A volume, and so not on an overlay: containerd unpacks images there (node-image/import-images.sh). A mount and not
 * `--volume`, which `docker commit` would put into the image: each of its containers would get an empty volume.
 */
const containerdFolder = '/kubewright-containerd';

/**
 * Runs a script of the given folder in a container of an image and commits the result. The folder is /kubewright-build
 * in there and is gone afterwards. The container has the host's network (for apt) and no seccomp filter, as kind's own
 * image build, which runs containerd in it.
 * @throws KubewrightError COMMAND_FAILED with the script's last output
 */
export async function commitScript(
  context: ImageContext,
  work: { from: string; folder: string; script: string; to: string },
): Promise<void> {
  await withScript(context, { ...work, command: `${work.script} && rm -rf ${buildFolder}` }, async (container) => {
    await docker(context, ['commit', container, work.to]);
  });
}

/**
 * Runs a script of the given folder in a container of an image, in the same way, and copies what it left in
 * /kubewright-build/out into an existing folder of this machine.
 * @throws KubewrightError COMMAND_FAILED with the script's last output
 */
export async function takeFromScript(
  context: ImageContext,
  work: { from: string; folder: string; script: string; to: string },
): Promise<void> {
  await withScript(context, { ...work, command: work.script }, async (container) => {
    await docker(context, ['cp', `${container}:${buildFolder}/out/.`, work.to]);
  });
}

/** Copies files out of an image, without running it. @throws KubewrightError COMMAND_FAILED */
export async function copyFromImage(
  context: ImageContext,
  image: string,
  paths: readonly string[],
  folder: string,
): Promise<void> {
  // A container that never runs still needs a command, where the image has none.
  await withContainer(context, image, [], ['true'], async (container) => {
    for (const path of paths) await docker(context, ['cp', '--follow-link', `${container}:${path}`, folder]);
  });
}

async function withScript(
  context: ImageContext,
  work: { from: string; folder: string; command: string },
  use: (container: string) => Promise<void>,
): Promise<void> {
  await withContainer(
    context,
    work.from,
    [
      '--network=host',
      // Unpacking an image's first layer needs a mount.
      ...['--security-opt=seccomp=unconfined', '--security-opt=apparmor=unconfined', '--cap-add=SYS_ADMIN'],
      `--mount=type=volume,destination=${containerdFolder}`,
      '--entrypoint=',
    ],
    ['/bin/bash', '-c', `${buildFolder}/${work.command}`],
    async (container) => {
      await docker(context, ['cp', `${work.folder}/.`, `${container}:${buildFolder}`]);
      await docker(context, ['start', '--attach', container]);
      await use(container);
    },
  );
}

async function withContainer(
  context: ImageContext,
  image: string,
  options: readonly string[],
  command: readonly string[],
  use: (container: string) => Promise<void>,
): Promise<void> {
  const name = `${namePrefix}${process.pid}-${randomBytes(3).toString('hex')}`;
  try {
    await docker(context, ['create', '--name', name, ...options, image, ...command]);
    await use(name);
  } finally {
    // Without the signal: this must also happen after it fired.
    await context.exec.run(['docker', 'rm', '--force', '--volumes', name]);
  }
}

/** Removes the work containers of builds whose process is gone (killed without a chance to clean up). */
export async function reapWorkContainers(context: ImageContext, isAlive: (pid: number) => boolean): Promise<void> {
  const listed = await docker(context, ['ps', '--all', '--filter', `name=^/?${namePrefix}`, '--format', '{{.Names}}']);
  for (const name of listed.stdout.split('\n')) {
    const pid = Number(new RegExp(`^${namePrefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) await context.exec.run(['docker', 'rm', '--force', '--volumes', name]);
  }
}
