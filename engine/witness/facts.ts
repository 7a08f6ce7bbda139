import type { NodeFacts, PdbFacts, PodFacts } from '../domain/timeline.ts';
import { canonicalJson, isRecord, type JsonRecord, recordAt, recordsAt, textAt } from './json.ts';

/** Static pods appear in the API as mirrors, which the kubelet marks with this annotation (k8s.io/api/core/v1). */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** What the timeline keeps of a Node. @throws Error when it is no object with name and uid. */
export function nodeFacts(object: JsonRecord): NodeFacts {
  const ready = conditionOf(object, 'Ready');
  return {
    ...identityOf(object),
    ready: ready === 'True' || ready === 'False' ? ready : 'Unknown',
    unschedulable: recordAt(object, 'spec')['unschedulable'] === true,
    kubeletVersion: textAt(recordAt(recordAt(object, 'status'), 'nodeInfo'), 'kubeletVersion'),
  };
}

/** What the timeline keeps of a Pod. @throws Error when it is no object with name and uid. */
export function podFacts(object: JsonRecord): PodFacts {
  const metadata = recordAt(object, 'metadata');
  return {
    namespace: textAt(metadata, 'namespace'),
    ...identityOf(object),
    node: textAt(recordAt(object, 'spec'), 'nodeName'),
    labels: textsOf(recordAt(metadata, 'labels')),
    phase: textAt(recordAt(object, 'status'), 'phase'),
    ready: conditionOf(object, 'Ready') === 'True',
    terminating: textAt(metadata, 'deletionTimestamp') !== '',
    owner: ownerOf(metadata),
  };
}

/** What the timeline keeps of a PodDisruptionBudget. @throws Error when it is no object with name and uid. */
export function pdbFacts(object: JsonRecord): PdbFacts {
  const allowed = recordAt(object, 'status')['disruptionsAllowed'];
  return {
    namespace: textAt(recordAt(object, 'metadata'), 'namespace'),
    ...identityOf(object),
    spec: canonicalJson(recordAt(object, 'spec')),
    disruptionsAllowed: typeof allowed === 'number' ? allowed : 0,
  };
}

function identityOf(object: JsonRecord): { name: string; uid: string } {
  const metadata = recordAt(object, 'metadata');
  const name = textAt(metadata, 'name');
  const uid = textAt(metadata, 'uid');
  if (name === '' || uid === '') throw new Error('the API server sent an object without name or uid');
  return { name, uid };
}

function conditionOf(object: JsonRecord, type: string): string {
  const condition = recordsAt(recordAt(object, 'status'), 'conditions').find((one) => one['type'] === type);
  return condition === undefined ? '' : textAt(condition, 'status');
}

function ownerOf(metadata: JsonRecord): string {
  // Looked at first: a mirror's controlling owner is its Node.
  if (recordAt(metadata, 'annotations')[mirrorAnnotation] !== undefined) return 'Mirror';
  const owner = recordsAt(metadata, 'ownerReferences').find((one) => one['controller'] === true);
  return owner === undefined ? '' : textAt(owner, 'kind');
}

function textsOf(record: unknown): Record<string, string> {
  if (!isRecord(record)) return {};
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
