import { z } from 'zod';
import { readRuntime } from '../reading/container-runtime.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({ node: z.string().min(1) });

export const runtimeAnswersCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'runtime-answers',
  summary: 'The container runtime of a node answers over CRI and says that it is ready.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `the container runtime of ${spec.node} answers over CRI and is ready`;
    const info = await readRuntime(context.machine(spec.node));
    if (typeof info === 'string') {
      return {
        result: 'failed',
        expected,
        found: `crictl on ${spec.node} gets from it: ${info}`,
        meaning:
          'What already runs goes on, but the kubelet can neither start nor stop nor see a container there, and says so to the control plane.',
      };
    }
    const bad = info.conditions.filter(({ status }) => !status);
    if (bad.length > 0 || info.conditions.length === 0) {
      return {
        result: 'failed',
        expected,
        found: `it answers, but ${bad.length === 0 ? 'tells no conditions' : listed(bad.map(({ type, message = '' }) => `${type} is false (${message})`))}`,
        meaning: 'The kubelet starts no pods as long as the runtime says that it is not ready.',
      };
    }
    return { result: 'passed', expected, found: 'it does', meaning: 'The kubelet has its hands back.' };
  },
};
