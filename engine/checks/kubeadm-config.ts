import { parse } from 'yaml';
import { z } from 'zod';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z
  .strictObject({
    /** Where a local etcd has its data. */
    etcdDataDir: z.string().startsWith('/').optional(),
    /** Additional arguments of the API server by name without dashes. */
    apiServerArgs: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string()).optional(),
  })
  .refine((spec) => spec.etcdDataDir !== undefined || spec.apiServerArgs !== undefined, {
    message: 'say what is expected: etcdDataDir, apiServerArgs, or both',
  });
type Spec = z.infer<typeof schema>;

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'kubeadm-config' };

/** Findings name what is not as it should be and never the value: they can be seen before the work begins. */
export const kubeadmConfigCheck: CheckDefinition<Spec> = {
  kind: 'kubeadm-config',
  summary: 'What kubeadm has written down in the cluster, and makes manifests from, says certain things.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const args = Object.keys(spec.apiServerArgs ?? {});
    const expected = `the ConfigMap kube-system/${ref.name} says of ${listed([
      ...(spec.etcdDataDir === undefined ? [] : ["etcd's data directory"]),
      ...args.map((name) => `the API server's --${name}`),
    ])} what is the case`;
    const map = await context.kube.read<{ data?: Record<string, string> }>(ref);
    const text = map?.data?.['ClusterConfiguration'];
    const config = text === undefined ? undefined : parseMapping(text);
    if (config === undefined) {
      return {
        result: 'failed',
        expected,
        found:
          text === undefined ? 'there is no ClusterConfiguration in it' : 'its ClusterConfiguration cannot be read',
        meaning: 'Without it kubeadm can neither upgrade this cluster nor let a node join it.',
      };
    }
    const dataDir = mapping(mapping(config['etcd'])['local'])['dataDir'];
    const extraArgs = mapping(config['apiServer'])['extraArgs'];
    const wrong = [
      ...(spec.etcdDataDir === undefined || dataDir === spec.etcdDataDir
        ? []
        : ["of etcd's data directory it says something else"]),
      ...args.flatMap((name) => {
        const value = argumentOf(extraArgs, name);
        if (value === spec.apiServerArgs?.[name]) return [];
        return [value === undefined ? `of --${name} it knows nothing` : `of --${name} it says something else`];
      }),
    ];
    if (wrong.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed(wrong),
        meaning:
          'This is what kubeadm makes manifests from, at every upgrade and for every control plane that joins. What it does not know, the next one takes away.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'so it does',
      meaning: 'The next upgrade brings the same about again, whoever does it.',
    };
  },
};

/** A list of name and value since v1beta4, where the last one counts; a mapping before. */
function argumentOf(extraArgs: unknown, name: string): string | undefined {
  const values: unknown[] = Array.isArray(extraArgs)
    ? extraArgs.map(mapping).flatMap((entry) => (entry['name'] === name ? [entry['value']] : []))
    : [mapping(extraArgs)[name]];
  const value = values.at(-1);
  return typeof value === 'string' ? value : undefined;
}

function parseMapping(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parse(text);
    return value !== null && typeof value === 'object' ? mapping(value) : undefined;
  } catch {
    return undefined;
  }
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
