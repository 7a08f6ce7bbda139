import type { Exec } from '../../system/exec.ts';
import { dockerIfThere } from './docker.ts';

/**
 * Thaws what is frozen inside of a container. On cgroup v1, runc stops the processes of a pod for a moment while it sets
 * the pod's limits; a node killed in that moment leaves them frozen, a frozen process cannot die, and then the container
 * cannot be removed ("did not receive an exit event"). Only the container's own cgroups are looked at, from a container
 * of its own image. On cgroup v2 there is no such folder, nothing to do, and the engine's refusal is of no interest.
 */
export async function thawInside(exec: Exec, container: string): Promise<void> {
  const found = await dockerIfThere(exec, ['inspect', '--format', '{{.Id}} {{.Image}}', container]);
  const [id, image] = found?.stdout.trim().split(' ') ?? [];
  if (id === undefined || image === undefined) return;
  const script =
    'find /freezer -path "*/$1/*" -name freezer.state | while read -r state; do ' +
    'if grep -q FROZEN "$state"; then echo THAWED > "$state"; fi; done';
  await exec.run(
    [
      ...['docker', 'run', '--rm', '--privileged', '--network', 'none', '--entrypoint', 'sh'],
      ...['--mount', 'type=bind,source=/sys/fs/cgroup/freezer,target=/freezer'],
      ...[image, '-c', script, 'sh', id],
    ],
    { timeoutMs: 60_000 },
  );
}
