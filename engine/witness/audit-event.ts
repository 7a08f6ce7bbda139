import { type Act, identities } from '../domain/timeline.ts';
import { isRecord, type JsonRecord, recordAt, textAt } from './json.ts';

/** Write verbs of the audit trail; each is a request that could change an object. */
const writeVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Whose routine writes are noise. Whoever else writes, in whatever namespace, is kept whole. */
const components = [
  'system:node:',
  'system:kube-',
  'system:apiserver',
  'system:serviceaccount:kube-system:',
  'system:serviceaccount:local-path-storage:',
];

/** What the cluster's own components do to these is kept too: checks compare it with what people did. */
const keptOfComponents = new Set([
  'nodes',
  'pods',
  'poddisruptionbudgets',
  'deployments',
  'statefulsets',
  'replicasets',
  'daemonsets',
  'services',
  'namespaces',
  'serviceaccounts',
  'clusterrolebindings',
]);

/** What a component does to these subresources is routine: heartbeats, and the scheduler's decisions. */
const routineSubresources = new Set(['status', 'binding']);

/**
 * Reads an audit event (audit.k8s.io/v1 Event) as an act: a write that the API server has answered and that was not a
 * dry run. Undefined for everything else, and for the routine of the cluster's components.
 */
export function actOf(event: JsonRecord): Act | undefined {
  const verb = textAt(event, 'verb');
  const target = recordAt(event, 'objectRef');
  const requestedAt = Date.parse(textAt(event, 'requestReceivedTimestamp'));
  if (textAt(event, 'stage') !== 'ResponseComplete' || !writeVerbs.has(verb)) return undefined;
  if (textAt(target, 'resource') === '' || Number.isNaN(requestedAt)) return undefined;
  if (isRoutine(event, target) || isDryRun(event, verb)) return undefined;
  const impersonated = impersonatedBy(event);
  const unschedulable = unschedulableIn(event, verb, target);
  const code = recordAt(event, 'responseStatus')['code'];
  return {
    requestedAt,
    user: userOf(event),
    ...(impersonated === '' ? {} : { impersonated }),
    userAgent: textAt(event, 'userAgent'),
    verb,
    resource: textAt(target, 'resource'),
    subresource: textAt(target, 'subresource'),
    namespace: textAt(target, 'namespace'),
    // A create with generateName has its name only in the answer.
    name: textAt(target, 'name') || textAt(recordAt(recordAt(event, 'responseObject'), 'metadata'), 'name'),
    code: typeof code === 'number' ? code : 0,
    ...(unschedulable === undefined ? {} : { unschedulable }),
  };
}

/** The number of the witness's own beat, when this is its audit event. Nobody else may answer for the audit trail. */
export function echoedBeat(event: JsonRecord): number | undefined {
  if (textAt(event, 'stage') !== 'ResponseComplete') return undefined;
  if (userOf(event) !== identities.witness || impersonatedBy(event) !== '') return undefined;
  const found = /\/(\d{1,15})$/.exec(textAt(event, 'userAgent'));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/**
 * Names one request for good. The id alone would not do: a client may choose it (header Audit-ID), and could hide an
 * act behind an earlier one; the time of receipt, in microseconds, is the API server's.
 */
export function requestKeyOf(event: JsonRecord): string {
  return ['auditID', 'requestReceivedTimestamp', 'stage', 'verb', 'requestURI']
    .map((key) => textAt(event, key))
    .join(' ');
}

function userOf(event: JsonRecord): string {
  return textAt(recordAt(event, 'user'), 'username');
}

function impersonatedBy(event: JsonRecord): string {
  return textAt(recordAt(event, 'impersonatedUser'), 'username');
}

function isRoutine(event: JsonRecord, target: JsonRecord): boolean {
  const user = userOf(event);
  if (impersonatedBy(event) !== '' || !components.some((prefix) => user.startsWith(prefix))) return false;
  return !keptOfComponents.has(textAt(target, 'resource')) || routineSubresources.has(textAt(target, 'subresource'));
}

/**
 * Whether the API server was asked only to try. Source: k8s.io/apiserver endpoints/handlers (v0.34.4): create, update and
 * patch take dryRun from the query, a delete takes it from the query only when it has no body; an eviction
 * (registry/core/pod/storage/eviction.go) takes it from either. Where the policy logs no bodies, a delete counts as done.
 */
function isDryRun(event: JsonRecord, verb: string): boolean {
  const query = textAt(event, 'requestURI').split('?')[1] ?? '';
  const inQuery = new URLSearchParams(query).getAll('dryRun').includes('All');
  const body = event['requestObject'];
  if (!verb.startsWith('delete')) return inQuery || (isRecord(body) && saysDryRun(recordAt(body, 'deleteOptions')));
  if (isRecord(body)) return saysDryRun(body);
  return inQuery && textAt(event, 'level') !== 'Metadata';
}

function saysDryRun(options: JsonRecord): boolean {
  const dryRun = options['dryRun'];
  return Array.isArray(dryRun) && dryRun.includes('All');
}

/** What a patch or an update of a node says about spec.unschedulable; undefined when it does not speak of it. */
function unschedulableIn(event: JsonRecord, verb: string, target: JsonRecord): boolean | undefined {
  if (textAt(target, 'resource') !== 'nodes' || textAt(target, 'subresource') !== '') return undefined;
  const body = event['requestObject'];
  // An update carries the whole node: what it leaves out is set to the default.
  if (verb === 'update' && isRecord(body)) return recordAt(body, 'spec')['unschedulable'] === true;
  if (verb !== 'patch') return undefined;
  if (Array.isArray(body)) return unschedulableInJsonPatch(body);
  if (!isRecord(body)) return undefined;
  const spec = recordAt(body, 'spec');
  // kubectl uncordon patches the field to null.
  return Object.hasOwn(spec, 'unschedulable') ? spec['unschedulable'] === true : undefined;
}

function unschedulableInJsonPatch(operations: readonly unknown[]): boolean | undefined {
  const last = operations
    .filter(isRecord)
    .findLast((one) => one['path'] === '/spec/unschedulable' && one['op'] !== 'test');
  return last === undefined ? undefined : last['op'] !== 'remove' && last['value'] === true;
}
