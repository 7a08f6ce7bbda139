import { z } from 'zod';
import { type KubeletConfig, readKubeletConfig, readRunningConfig, valueAt } from '../reading/kubelet-config.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** By its path, such as authentication.x509.clientCAFile: the value of the field. */
  fields: z
    .record(
      z.string().regex(/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/, 'write names joined by "."'),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .refine((fields) => Object.keys(fields).length > 0, 'name at least one field'),
});
type Spec = z.infer<typeof schema>;

/** Findings name the section and neither field nor value: they can be seen before the work begins, and may be what has to be found. */
export const kubeletConfigCheck: CheckDefinition<Spec> = {
  kind: 'kubelet-config',
  summary: 'Fields of the KubeletConfiguration of a node have their values, in the file and in the kubelet that runs.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const sections = [...new Set(Object.keys(spec.fields).map(sectionOf))];
    const expected = `the kubelet of ${spec.node} has the agreed settings of ${listed(sections)}`;
    const file = await readKubeletConfig(context.machine(spec.node));
    if (typeof file === 'string') {
      return {
        result: 'failed',
        expected,
        found: `on ${spec.node} ${file}`,
        meaning: 'A kubelet that cannot read its configuration does not start.',
      };
    }
    const running = await readRunningConfig(context.kube, spec.node);
    const differences = Object.entries(spec.fields).flatMap(([path, value]) => {
      const words = difference(path, value, file, running);
      return words === undefined ? [] : [words];
    });
    if (differences.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed([...new Set(differences)]),
        meaning:
          'The nodes of a cluster are configured alike so that a fault on one of them can be understood. These settings say whom the kubelet trusts and where it looks for its work: another value lets in others, or leaves somebody out.',
      };
    }
    const where = running === undefined ? 'in the file' : 'in the file and in the kubelet that runs';
    return { result: 'passed', expected, found: `so it is ${where}`, meaning: 'The node is configured as it was.' };
  },
};

/** The file counts because the next start reads it, the running value because flags and drop-ins go before the file. */
function difference(
  path: string,
  value: string | number | boolean,
  file: KubeletConfig,
  running: KubeletConfig | undefined,
): string | undefined {
  const written = valueAt(file, path);
  const section = sectionOf(path);
  if (written !== undefined && written !== value) return `${section} is another one in the file`;
  if (running !== undefined) {
    return valueAt(running, path) === value ? undefined : `${section} is another one in the kubelet that runs`;
  }
  return written === undefined ? `${section} is not whole in the file` : undefined;
}

function sectionOf(path: string): string {
  return path.split('.')[0] ?? path;
}
