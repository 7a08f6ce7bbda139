import { z } from 'zod';
import type { CheckFinding } from '../domain/verdict.ts';
import type { ResourceRef } from '../providers/provider.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { readOrDown } from './read-or-down.ts';

interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What a scenario may name, by the word that kubectl uses. */
const kinds: Readonly<Record<string, ObjectKind>> = {
  namespace: { apiVersion: 'v1', kind: 'Namespace', namespaced: false },
  node: { apiVersion: 'v1', kind: 'Node', namespaced: false },
  configmap: { apiVersion: 'v1', kind: 'ConfigMap', namespaced: true },
  secret: { apiVersion: 'v1', kind: 'Secret', namespaced: true },
  service: { apiVersion: 'v1', kind: 'Service', namespaced: true },
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment', namespaced: true },
};

const schema = z
  .strictObject({
    /** <kind>/<name> or <kind>/<namespace>/<name>. */
    resource: z.string().refine((text) => refOf(text) !== undefined, {
      message: `write <kind>/<name> for ${kindsThat(false)}, <kind>/<namespace>/<name> for ${kindsThat(true)}`,
    }),
    /** The object is there, or it is not. */
    exists: z.boolean().optional(),
    /** Of a Deployment: every replica that is asked for is up to date and Ready, and at least one is asked for. */
    ready: z.literal(true).optional(),
    /** Of a Deployment: at least this many replicas are asked for. */
    minReplicas: z.int().min(1).optional(),
    /** Where the scenario has the API down at first: a control plane on whose machine is looked why it does not answer. */
    node: z.string().min(1).optional(),
  })
  .refine((spec) => spec.exists !== undefined || spec.ready !== undefined || spec.minReplicas !== undefined, {
    message: 'say what is expected: exists, ready, minReplicas, or the last two',
  })
  .refine((spec) => spec.exists === undefined || (spec.ready === undefined && spec.minReplicas === undefined), {
    message: 'a Deployment that has to be ready has to exist: leave "exists" out',
  })
  .refine((spec) => spec.exists !== undefined || spec.resource.startsWith('deployment/'), {
    message: 'ready and minReplicas are for a deployment',
  });
type Spec = z.infer<typeof schema>;

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

/**
 * Reads single objects without a resourceVersion, which etcd itself answers: a list may come from the API server's
 * memory, and show after a restore of etcd what is no longer there.
 */
export const resourceCheck: CheckDefinition<Spec> = {
  kind: 'resource',
  summary:
    'An object is there or is not, or a Deployment asks for enough replicas and all are Ready, by a quorum read.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const ref = refOf(spec.resource);
    if (ref === undefined) throw new Error(`"${spec.resource}" names no object`);
    const title = titleOf(ref);
    const expected = spec.exists === undefined ? wantedOf(title, spec) : `there is ${spec.exists ? '' : 'no '}${title}`;
    const answer = await read(context, ref, spec.node);
    if ('down' in answer) {
      return { result: 'failed', expected, found: answer.down, meaning: answer.meaning };
    }
    if (spec.exists === undefined)
      return judgeDeployment(answer.object as Deployment | undefined, title, expected, spec);
    return judgeExistence(answer.object !== undefined, title, expected, spec.exists);
  },
};

function read(context: CheckContext, ref: ResourceRef, node: string | undefined) {
  if (node !== undefined) return readOrDown<unknown>(context, ref, node);
  return context.kube.read<unknown>(ref).then((object) => ({ object }));
}

function judgeExistence(there: boolean, title: string, expected: string, wanted: boolean): CheckFinding {
  const found = `there is ${there ? '' : 'no '}${title}`;
  if (there === wanted)
    return { result: 'passed', expected, found, meaning: 'The cluster knows what it is meant to know.' };
  return {
    result: 'failed',
    expected,
    found,
    meaning: wanted
      ? 'What is not in the store is gone for everybody who relied on it, and nothing brings it back by itself.'
      : 'The store still has what should not be in it: this is not the state that was asked for.',
  };
}

function judgeDeployment(
  deployment: Deployment | undefined,
  title: string,
  expected: string,
  spec: Spec,
): CheckFinding {
  if (deployment === undefined) {
    return {
      result: 'failed',
      expected,
      found: `there is no ${title}`,
      meaning: 'The application is gone, and nothing brings it back by itself.',
    };
  }
  // The API server fills in 1 where replicas is left out.
  const wanted = deployment.spec?.replicas ?? 1;
  const status = deployment.status ?? {};
  const ready = status.readyReplicas ?? 0;
  const found = `${title} asks for ${wanted}, ${ready} Ready`;
  if (wanted < (spec.minReplicas ?? 1)) {
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
}

function wantedOf(title: string, spec: Spec): string {
  const min = spec.minReplicas ?? 1;
  const ready = spec.ready === true ? ' and all of them are Ready' : '';
  return `${title} asks for at least ${min} replica${min === 1 ? '' : 's'}${ready}`;
}

function titleOf({ kind, namespace, name }: ResourceRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function refOf(text: string): ResourceRef | undefined {
  const [word = '', ...rest] = text.split('/');
  const known = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
  if (known === undefined || rest.some((part) => part === '' || /\s/.test(part))) return undefined;
  const { apiVersion, kind } = known;
  const [first = '', second = ''] = rest;
  if (rest.length !== (known.namespaced ? 2 : 1)) return undefined;
  return known.namespaced ? { apiVersion, kind, namespace: first, name: second } : { apiVersion, kind, name: first };
}

function kindsThat(namespaced: boolean): string {
  return Object.keys(kinds)
    .filter((word) => kinds[word]?.namespaced === namespaced)
    .join(', ');
}
