import { z } from 'zod';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** A package of the node's own repositories, such as kubelet; the systemd unit of the same name is started anew. */
  package: z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, 'write the name of a package'),
  /** A release such as "1.35.4", whose first package revision is installed; its variable is filled in when a session begins. */
  version: z.string().regex(/^(\d+\.\d+\.\d+|\$\{\w+\})$/, 'write a whole release such as "1.35.4", or its variable'),
});
type Spec = z.infer<typeof schema>;

/** The revision that pkgs.k8s.io and the nodes' own repositories give a package first. */
const revision = '1.1';
/** Held packages are not upgraded by accident: somebody took the hold off, and did not put it back. */
const script = `set -e
apt-mark unhold "$1"
apt-get update
apt-get install --yes "$1=$2"
systemctl daemon-reload
systemctl restart "$1"`;

const installWithinMs = 120_000;
const askWithinMs = 15_000;
/** A single start that failed could still be an accident. */
const restartsSeen = 3;

export const packageInstalledEarlyFault: FaultDefinition<Spec> = {
  kind: 'package-installed-early',
  summary:
    'A package of a release that the cluster has not reached is installed on a node, and its service crashes in a loop.',
  schema,
  async apply(context, spec) {
    const argv = ['bash', '-c', script, 'install', spec.package, `${spec.version}-${revision}`];
    const result = await context
      .machine(spec.node)
      .exec(argv, { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeoutMs: installWithinMs, signal: context.signal });
    // A service that dies at once may make systemctl fail or not: what counts is what is seen afterwards.
    if (result.exitCode !== 0 && !(await isInstalled(context, spec))) throw commandFailed(result);
  },
  /** Looks at the package, at systemd's count of restarts, and at what the control plane says of the node. */
  async prove(context, spec) {
    if (!(await isInstalled(context, spec)))
      return { holds: false, seen: `${spec.package} on ${spec.node} is another version` };
    const { active, restarts } = await readRestarts(context, spec);
    const node = await readNode(context.kube, spec.node);
    const ready = node === undefined ? 'gone' : readiness(node);
    return {
      holds: active !== 'active' && restarts >= restartsSeen && ready !== 'True',
      seen: `${spec.package} ${spec.version} on ${spec.node} is ${active} after ${restarts} restarts; node ${spec.node} has Ready=${ready}`,
    };
  },
  // The control plane gives a node that falls silent 50 s.
  proveWithinMs: 150_000,
};

async function isInstalled(context: FaultContext, spec: Spec): Promise<boolean> {
  const argv = ['dpkg-query', '--show', '--showformat=${Version}', spec.package];
  const result = await context.machine(spec.node).exec(argv, { timeoutMs: askWithinMs, signal: context.signal });
  return result.exitCode === 0 && result.stdout.trim() === `${spec.version}-${revision}`;
}

async function readRestarts(context: FaultContext, spec: Spec): Promise<{ active: string; restarts: number }> {
  const argv = ['systemctl', 'show', '--property=ActiveState,NRestarts', spec.package];
  const result = await context.machine(spec.node).exec(argv, { timeoutMs: askWithinMs, signal: context.signal });
  const active = /^ActiveState=(.*)$/m.exec(result.stdout)?.[1];
  const restarts = Number(/^NRestarts=(\d+)$/m.exec(result.stdout)?.[1]);
  if (result.exitCode !== 0 || active === undefined || Number.isNaN(restarts)) throw commandFailed(result);
  return { active, restarts };
}
