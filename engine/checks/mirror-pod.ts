import { z } from 'zod';
import { readContainers } from '../reading/containers.ts';
import { isMirror, type PodObject, readPod } from '../reading/mirror-pod.ts';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  namespace: z.string().min(1),
  /** As in the manifest: the kubelet adds the node's name. */
  name: z.string().min(1),
  /** A container of it, to be asked for on the node itself. */
  container: z.string().min(1),
  runs: z.boolean(),
});
type Spec = z.infer<typeof schema>;

export const mirrorPodCheck: CheckDefinition<Spec> = {
  kind: 'mirror-pod',
  summary: 'A node runs a static pod or does not, by its picture in the API and by the containers on the node.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const name = `${spec.namespace}/${spec.name}-${spec.node}`;
    const expected = `${spec.node} ${spec.runs ? 'runs' : 'does not run'} the static pod ${name}`;
    const pod = await readPod(context.kube, spec.namespace, `${spec.name}-${spec.node}`);
    const containers = await readContainers(context.machine(spec.node), spec.container);
    const running = containers.some((container) => container.running);
    const found = `${describePod(name, pod)}; on ${spec.node} ${running ? 'a' : 'no'} container ${spec.container} runs`;
    if (spec.runs) {
      const good = running && pod !== undefined && isMirror(pod) && isReady(pod);
      if (good) {
        return { result: 'passed', expected, found, meaning: 'It runs whatever becomes of the control plane.' };
      }
      return {
        result: 'failed',
        expected,
        found,
        meaning:
          pod !== undefined && !isMirror(pod)
            ? 'A pod of the API needs a control plane to come back. A static pod needs its file and its kubelet only: that is why it was one.'
            : 'A kubelet runs what lies in the folder that its own configuration names, and that may be another one on each node.',
      };
    }
    if (pod === undefined && !running) {
      return { result: 'passed', expected, found, meaning: 'Nothing of it is left on the node.' };
    }
    return {
      result: 'failed',
      expected,
      found,
      meaning:
        'What the API shows of a static pod is a picture: whoever deletes it deletes the picture, and the kubelet hangs it up again. The kubelet runs every file of its folder, whatever its name ends with, unless the name begins with a dot.',
    };
  },
};

function describePod(name: string, pod: PodObject | undefined): string {
  if (pod === undefined) return `the API knows no pod ${name}`;
  const kind = isMirror(pod) ? 'static pod' : 'pod, not a static one,';
  return `the API has the ${kind} ${name}, ${pod.status?.phase ?? 'Unknown'}${isReady(pod) ? ' and Ready' : ''}`;
}

function isReady(pod: PodObject): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}
