import { z } from 'zod';
import type { CheckDefinition } from './check.ts';

const schema = z
  .strictObject({
    /** deployment/<namespace>/<name>. */
    resource: z.string().regex(/^deployment\/[^/\s]+\/[^/\s]+$/, 'write deployment/<namespace>/<name>'),
    /** Every replica that is asked for is up to date and Ready, and at least one is asked for. */
    ready: z.literal(true).optional(),
    /** At least this many replicas are asked for. */
    minReplicas: z.int().min(1).optional(),
  })
  .refine((spec) => spec.ready !== undefined || spec.minReplicas !== undefined, {
    message: 'say what is expected: ready, minReplicas, or both',
  });

interface Deployment {
  readonly metadata: { readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
  };
}

export const resourceCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'resource',
  summary: 'A Deployment asks for enough replicas and all of them are Ready, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const [, namespace = '', name = ''] = spec.resource.split('/');
    const min = spec.minReplicas ?? 1;
    const expected = `Deployment ${namespace}/${name} asks for at least ${min} replica${min === 1 ? '' : 's'}${spec.ready === true ? ' and all of them are Ready' : ''}`;
    const deployment = await context.kube.read<Deployment>({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace,
      name,
    });
    if (deployment === undefined) {
      return {
        result: 'failed',
        expected,
        found: `there is no Deployment ${namespace}/${name}`,
        meaning: 'The application is gone, and nothing brings it back by itself.',
      };
    }
    // The API server fills in 1 where replicas is left out.
    const wanted = deployment.spec?.replicas ?? 1;
    const status = deployment.status ?? {};
    const ready = status.readyReplicas ?? 0;
    const found = `Deployment ${namespace}/${name} asks for ${wanted}, ${ready} Ready`;
    if (wanted < min) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: 'The application was left smaller than it has to be to carry its load and survive a failure.',
      };
    }
    const settled =
      ready === wanted &&
      status.updatedReplicas === wanted &&
      status.replicas === wanted &&
      (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
    if (spec.ready === true && !settled) {
      return {
        result: 'failed',
        expected,
        found,
        meaning: 'The application has not come to rest: some of its replicas are missing, old or not Ready.',
      };
    }
    return { result: 'passed', expected, found, meaning: 'The application runs as it is meant to.' };
  },
};
