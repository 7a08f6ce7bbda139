import { parseDocument } from 'yaml';
import { z } from 'zod';
import { KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { readNode } from '../reading/kube-objects.ts';
import { kubeletConfigPath } from '../reading/kubelet-config.ts';
import { commandFailed } from '../system/exec.ts';
import type { FaultContext, FaultDefinition } from './fault.ts';

const folder = '/var/lib/kubelet';

const schema = z.strictObject({
  /** A worker. */
  node: z.string().min(1),
  /** The file that takes the room. */
  file: z.string().startsWith(`${folder}/`),
});
type Spec = z.infer<typeof schema>;

const actWithinMs = 120_000;
/** Fewer than are free with the file, and more than are free without it; what a kubelet itself keeps there is 1-3 MiB. */
const sizes = { diskMiB: 96, fileMiB: 64, thresholdMiB: 48 } as const;

/**
 * The kubelet's folder becomes a small disk of its own, in memory and bounded: the host's disk is never filled, and what
 * the host's disk has free makes no difference. All pods of the node are ended first, so that none keeps anything mounted
 * that lies under the new disk; the kubelet starts them anew.
 */
const prepare = `set -e
systemctl stop kubelet
crictl --timeout 60s rmp --force --all >/dev/null
awk -v folder=${folder}/ 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r path; do umount "$path"; done
rm -rf ${folder}/pods
copy=$(mktemp -d /run/kubelet.XXXXXX)
cp -a ${folder}/. "$copy"
mount -t tmpfs -o size=${sizes.diskMiB}m,mode=0700 kubelet-disk ${folder}
cp -a "$copy/." ${folder}
rm -rf "$copy"`;

const fill = `set -e
mkdir -p "\${1%/*}"
dd if=/dev/zero of="$1" bs=1M count=${sizes.fileMiB} status=none
systemctl start kubelet`;

/** Instead of the default of 5 min, for which nobody in a drill would wait. */
const transitionPeriod = '30s';

export const diskPressureFault: FaultDefinition<Spec> = {
  kind: 'disk-pressure',
  summary: "A file fills the disk of a node's kubelet, a small one made for this; the kubelet evicts its pods.",
  schema,
  async apply(context, spec) {
    const machine = context.machine(spec.node);
    await run(context, machine, ['sh', '-c', prepare]);
    await setThreshold(machine);
    await run(context, machine, ['sh', '-c', fill, 'sh', spec.file]);
  },
  /** Looks at what the machine's file system has free, and at what the kubelet has told the control plane. */
  async prove(context, spec) {
    const stat = ['stat', '--file-system', '--format=%T %a %S', folder];
    const [type = '', blocks = '0', size = '0'] = (await run(context, context.machine(spec.node), stat)).split(' ');
    const freeMiB = Math.floor((Number(blocks) * Number(size)) / 2 ** 20);
    const node = await readNode(context.kube, spec.node);
    const pressure = node?.status?.conditions?.find((condition) => condition.type === 'DiskPressure')?.status;
    return {
      holds: type === 'tmpfs' && freeMiB < sizes.thresholdMiB && pressure === 'True',
      seen: `${folder} on ${spec.node} is a ${type} with ${freeMiB} MiB free; DiskPressure is ${pressure ?? 'not reported'}`,
    };
  },
  // The kubelet looks every 10 s and reports what it finds at once.
  proveWithinMs: 120_000,
};

async function setThreshold(machine: Node): Promise<void> {
  const text = await machine.read(kubeletConfigPath);
  if (text === undefined) {
    throw new KubewrightError('FAULT_NOT_PROVEN', `there is no ${kubeletConfigPath} on ${machine.name}`, {
      remedy: 'The fault does not fit the configuration of this Kubernetes version: correct it in scenario.yaml.',
    });
  }
  const document = parseDocument(text);
  document.setIn(['evictionHard', 'nodefs.available'], `${sizes.thresholdMiB}Mi`);
  document.setIn(['evictionPressureTransitionPeriod'], transitionPeriod);
  await machine.write(kubeletConfigPath, document.toString({ lineWidth: 0 }));
}

async function run(context: FaultContext, machine: Node, argv: readonly string[]): Promise<string> {
  const result = await machine.exec(argv, {
    timeoutMs: actWithinMs,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  if (result.exitCode !== 0) throw commandFailed(result);
  return result.stdout.trim();
}
