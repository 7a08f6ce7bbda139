import { z } from 'zod';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** With its registry, such as "registry.k8s.io/kube-scheduler:v${TO_VERSION}". */
  image: z.string().regex(/^[a-z0-9][a-z0-9.:-]*\/\S+:\S+$/, 'write registry, name and tag'),
  /** Where on the node the image is left as an archive that "ctr images import" takes. */
  archive: z.string().startsWith('/').optional(),
});
type Spec = z.infer<typeof schema>;

/** Export and import of the biggest image take some seconds each on a busy machine. */
const moveWithinMs = 180_000;
const askWithinMs = 30_000;

/**
 * The registry's name leads to the node itself, where nobody listens: also where there is a network, the image can't be
 * pulled, and every attempt is refused at once.
 */
const script = `set -e
if [ -n "$2" ]; then
  mkdir -p "\${2%/*}"
  ctr --namespace=k8s.io images export "$2" "$1"
fi
grep -qxF "127.0.0.1 $3" /etc/hosts || echo "127.0.0.1 $3" >> /etc/hosts
crictl rmi "$1"`;

export const imageMissingFault: FaultDefinition<Spec> = {
  kind: 'image-missing',
  summary: 'A node lacks an image and cannot reach its registry; the image may lie on its disk as an archive.',
  schema,
  async apply(context, spec) {
    const [registry = ''] = spec.image.split('/');
    await run(context, spec, ['sh', '-c', script, 'sh', spec.image, spec.archive ?? '', registry], moveWithinMs);
  },
  /** Asks the runtime for its images, looks for the archive, and tries to pull the image as a kubelet would. */
  async prove(context, spec) {
    const stdout = await run(context, spec, ['crictl', 'images', '--output', 'json'], askWithinMs);
    if (tagsIn(stdout).includes(spec.image)) return { holds: false, seen: `${spec.node} has ${spec.image}` };
    const { archive } = spec;
    if (archive !== undefined) {
      const there = await context.machine(spec.node).exec(['test', '-s', archive], { timeoutMs: askWithinMs });
      if (there.exitCode !== 0) return { holds: false, seen: `there is no archive ${archive} on ${spec.node}` };
    }
    const pulled = await context
      .machine(spec.node)
      .exec(['crictl', 'pull', spec.image], { timeoutMs: askWithinMs, signal: context.signal });
    return pulled.exitCode === 0
      ? { holds: false, seen: `${spec.image} could be pulled on ${spec.node}` }
      : { holds: true, seen: `${spec.node} has no ${spec.image}, and pulling it fails` };
  },
  proveWithinMs: 60_000,
};

function tagsIn(stdout: string): string[] {
  const { images = [] } = JSON.parse(stdout) as { images?: { repoTags?: string[] | null }[] | null };
  return (images ?? []).flatMap(({ repoTags }) => repoTags ?? []);
}

async function run(context: FaultContext, spec: Spec, argv: readonly string[], timeoutMs: number): Promise<string> {
  const result = await context.machine(spec.node).exec(argv, { timeoutMs, signal: context.signal });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout;
}
