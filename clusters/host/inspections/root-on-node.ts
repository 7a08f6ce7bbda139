import { type Finding, fine } from '../findings.ts';
import type { Inspection, InspectionContext } from '../inspection.ts';

/**
 * A note that belongs on every doctor's page: who learns here has the host, and what narrows that on this engine. Each way
 * with its cost; of what was not tried that is said.
 */
export const inspectRootOnNode: Inspection = async (context): Promise<Finding> => {
  const { engine } = context;
  const isRootless = engine.state === 'answers' && engine.isRootless;
  return fine({
    id: 'root-on-node',
    title: 'Who learns here',
    found: `root on a node is ${isRootless ? 'the user of this rootless engine' : 'root on the host of the engine'}`,
    meaning: [
      "kind's nodes are privileged containers: whoever is root there can reach the host. Let only people in whom you would give root on that host.",
      `A machine that is thrown away afterwards is what narrows it: 2 cores, about 2 GiB of memory a session, 15 GiB for the images, which "docker save" carries from machine to machine. ${machineKind(await isVirtual(context))}`,
      "A rootless engine makes root on a node the engine's user. It needs cgroup v2 with delegated controllers, and was not tried with kubewright.",
      ...remapping(context),
      strongRuntimes(context),
    ].join('\n'),
  });
};

/** The flag that a hypervisor shows its guests on x86 ("hypervisor" in /proc/cpuinfo). */
async function isVirtual({ host }: InspectionContext): Promise<boolean> {
  return /^flags\s*:.* hypervisor( |$)/m.test((await host.files.read('/proc/cpuinfo')) ?? '');
}

function machineKind(isVirtual: boolean): string {
  return isVirtual
    ? 'This machine is a virtual one: whoever leaves a node is still in it.'
    : 'This machine does not look like a virtual one.';
}

/** kind starts its nodes with "--userns=host" where users are remapped (pkg/cluster/internal/providers/docker/provision.go). */
function remapping({ engine }: InspectionContext): string[] {
  if (engine.state !== 'answers' || !engine.remapsUsers) return [];
  return ['This engine remaps users: that holds for the student host only; kind switches it off for its nodes.'];
}

function strongRuntimes({ engine }: InspectionContext): string {
  const found = engine.state === 'answers' ? engine.runtimes.filter((name) => /sysbox|kata|runsc/.test(name)) : [];
  return found.length === 0
    ? 'Sysbox or Kata, which would put a wall around a node, are not among the runtimes of this engine, and were not tried with kubewright.'
    : `This engine has ${found.join(', ')}. Nodes run in its default runtime: make it that one and see whether "kubewright start" succeeds; it was not tried with kubewright.`;
}
