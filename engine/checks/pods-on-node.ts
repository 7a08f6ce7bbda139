import { z } from 'zod';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** On these nodes together. */
  node: z.array(z.string().min(1)).min(1),
  namespace: z.string().min(1),
  selector: z.record(z.string().min(1), z.string()).refine((labels) => Object.keys(labels).length > 0, {
    message: 'name at least one label',
  }),
  min: z.int().min(1),
});

interface PlacedPod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const podsOnNodeCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'pods-on-node',
  summary: 'At least so many pods with these labels are Ready on these nodes.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted = Object.entries(spec.selector);
    const labels = wanted.map(([key, value]) => `${key}=${value}`).join(',');
    const expected = `at least ${spec.min} Ready pod${spec.min === 1 ? '' : 's'} ${labels} of namespace ${spec.namespace} on ${listed(spec.node)}`;
    const listing = { apiVersion: 'v1', kind: 'Pod', namespace: spec.namespace };
    const pods = (await context.kube.list<PlacedPod>(listing)).filter(({ metadata }) =>
      wanted.every(([key, value]) => metadata.labels?.[key] === value),
    );
    const ready = pods.filter((pod) => spec.node.includes(pod.spec?.nodeName ?? '') && isReady(pod));
    const found = pods.length === 0 ? 'there is no such pod' : `there are: ${listed(pods.map((pod) => describe(pod)))}`;
    if (ready.length < spec.min) {
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          'That a node is there again, or another one in its place, is not the end of it: what it is there for has to run on it.',
      };
    }
    return { result: 'passed', expected, found, meaning: 'The work is done where it is meant to be done.' };
  },
};

function isReady({ metadata, status }: PlacedPod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

function describe(pod: PlacedPod): string {
  const where = pod.spec?.nodeName === undefined ? 'on no node' : `on ${pod.spec.nodeName}`;
  const how = pod.metadata.deletionTimestamp !== undefined ? 'Terminating' : isReady(pod) ? 'Ready' : 'not Ready';
  return `${pod.metadata.name} ${where} (${how})`;
}
