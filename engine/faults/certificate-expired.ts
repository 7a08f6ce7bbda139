import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { readCertificate, readServedCertificate } from '../reading/certificates.ts';
import { readContainers } from '../reading/containers.ts';
import { readiness, readNode } from '../reading/kube-objects.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';
import { signExpired } from './sign-expired.ts';

const schema = z.strictObject({
  /** A node, or "student". */
  on: z.string().min(1),
  /** PEM files and kubeconfigs with an embedded certificate. */
  files: z.array(z.string().startsWith('/')).min(1),
  /** The control plane whose CAs have signed them. */
  controlPlane: z.string().min(1),
  /** How long ago they expired. */
  daysAgo: z.int().min(1).max(300),
  /** Containers of static pods and systemd units of that machine that have to read the files anew. */
  restart: z
    .strictObject({
      containers: z.array(z.string().min(1)).min(1).optional(),
      units: z.array(z.string().min(1)).min(1).optional(),
    })
    .optional(),
  /** Ports of that machine on which the expired certificates have to be shown to clients. */
  serves: z.array(z.int().min(1).max(65_535)).min(1).optional(),
  /** The fault has taken hold only when the control plane misses the node. */
  nodeNotReady: z.literal(true).optional(),
});
type Spec = z.infer<typeof schema>;

const dayMs = 86_400_000;
const actWithinMs = 60_000;

export const certificateExpiredFault: FaultDefinition<Spec> = {
  kind: 'certificate-expired',
  summary: 'Certificates of the cluster are replaced by ones for the same key that have expired; the clock stays.',
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.on);
    const endedAt = context.clock.now() - spec.daysAgo * dayMs;
    // All are made before the first is put in place: the CAs' machine must not be in the middle of it.
    const texts: [string, string][] = [];
    for (const path of spec.files) texts.push([path, await expire(context, spec, machine, path, endedAt)]);
    // In place: owner, mode and symbolic links stay what they are.
    for (const [path, text] of texts) await run(machine, ['sh', '-c', 'cat > "$1"', 'sh', path], context, text);
    for (const name of spec.restart?.containers ?? []) {
      const running = (await readContainers(machine, name)).filter((container) => container.running);
      for (const { id } of running) await run(machine, ['crictl', 'stop', id], context);
    }
    for (const unit of spec.restart?.units ?? []) {
      // A kubelet that cannot start is what is wanted: systemctl may say that it failed.
      await machine.exec(['systemctl', 'restart', unit], { timeoutMs: actWithinMs, signal: context.signal });
    }
  },
  /** Looks at what is in the files, what the servers show, and what kubectl and the control plane make of it. */
  async prove(context, spec) {
    const machine = context.machine(spec.on);
    const now = context.clock.now();
    for (const path of spec.files) {
      const certificate = (await readCertificate(machine, path))?.certificate;
      if (certificate === undefined) return { holds: false, seen: `${path} on ${spec.on} holds no certificate` };
      if (certificate.validToDate.getTime() >= now)
        return { holds: false, seen: `${path} on ${spec.on} is still valid` };
    }
    for (const port of spec.serves ?? []) {
      const served = await readServedCertificate(machine, port);
      const expired = served !== undefined && served.validToDate.getTime() < now;
      if (!expired) return { holds: false, seen: `port ${port} of ${spec.on} does not show an expired certificate` };
    }
    for (const path of spec.files.filter(isKubeconfig)) {
      const words = await askWith(machine, path);
      if (!refusal.test(words)) return { holds: false, seen: `kubectl with ${path} on ${spec.on} says: ${words}` };
    }
    if (spec.nodeNotReady === true) {
      const node = await readNode(context.kube, spec.on);
      const ready = node === undefined ? 'no such node' : `Ready=${readiness(node)}`;
      if (ready === 'Ready=True' || node === undefined) return { holds: false, seen: `node ${spec.on}: ${ready}` };
    }
    return {
      holds: true,
      seen: `${spec.files.length} certificates on ${spec.on} have expired, and nobody accepts them`,
    };
  },
  // An API server looks after its certificate files once a minute at the latest; a silent node is missed after 50 s.
  proveWithinMs: 180_000,
};

/** What a client is told by, or says of, an expired certificate; "refused" once the server cannot do without it. */
const refusal =
  /certificate has expired|Unauthorized|must be logged in|provide credentials|connection refused|was refused/i;

async function expire(
  context: FaultContext,
  spec: Spec,
  machine: Node,
  path: string,
  endedAt: number,
): Promise<string> {
  const text = await machine.read(path);
  const found = await readCertificate(machine, path);
  const key = found?.key ?? (await machine.read(path.replace(/\.crt$/, '.key')));
  if (text === undefined || found === undefined || key === undefined) {
    throw new KubewrightError('FAULT_NOT_PROVEN', `${path} on ${spec.on} is no certificate with its private key`, {
      remedy: 'Correct the files of the fault certificate-expired in scenario.yaml.',
    });
  }
  const pem = await signExpired(context.machine(spec.controlPlane), { ...found, key }, endedAt);
  if (!isKubeconfig(path))
    return text.replace(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/, () => pem);
  return text.replace(
    /(client-certificate-data:\s*)\S+/,
    (_, label: string) => `${label}${Buffer.from(pem).toString('base64')}`,
  );
}

function isKubeconfig(path: string): boolean {
  return !/\.(crt|pem)$/.test(path);
}

async function askWith(machine: Node, kubeconfig: string): Promise<string> {
  const argv = ['kubectl', `--kubeconfig=${kubeconfig}`, '--request-timeout=5s', 'get', '--raw=/api'];
  const { exitCode, stderr } = await machine.exec(argv, { timeoutMs: actWithinMs });
  return exitCode === 0 ? 'an answer' : stderr.trim();
}

async function run(machine: Node, argv: readonly string[], context: FaultContext, input?: string): Promise<void> {
  const result = await machine.exec(argv, {
    user: 'root',
    timeoutMs: actWithinMs,
    signal: context.signal,
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
}
