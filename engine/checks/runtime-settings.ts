import { z } from 'zod';
import { readRuntime } from '../reading/container-runtime.ts';
import type { CheckDefinition } from './check.ts';
import { listed } from './finding.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);

const schema = z.strictObject({
  node: z.string().min(1),
  /** Values by their paths in what crictl info tells of the configuration, such as maxContainerLogSize. */
  settings: z
    .record(z.string().regex(/^\w+(\.\w+)*$/, 'write names joined by "."'), value)
    .refine((settings) => Object.keys(settings).length > 0, { message: 'name at least one setting' }),
});

export const runtimeSettingsCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'runtime-settings',
  summary: 'The container runtime of a node that runs works with these settings, whatever is in its file.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const wanted = Object.entries(spec.settings);
    const expected = `the container runtime of ${spec.node} runs with ${listed(wanted.map(([path, set]) => `${path} ${set}`))}`;
    const info = await readRuntime(context.machine(spec.node));
    if (typeof info === 'string') {
      return {
        result: 'failed',
        expected,
        found: `crictl on ${spec.node} gets from it: ${info}`,
        meaning: 'A runtime that does not answer runs with no settings at all, and the node starts nothing any more.',
      };
    }
    if (info.config === undefined) {
      return {
        result: 'errored',
        expected,
        found: `the runtime of ${spec.node} does not tell its configuration`,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    const others = wanted.flatMap(([path, set]) => {
      const found = valueAt(info.config, path);
      return found === set ? [] : [`${path} is ${found === undefined ? 'not set' : JSON.stringify(found)}`];
    });
    if (others.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed(others),
        meaning:
          'What is in a file is a wish. containerd reads it when it starts, takes a key only where it belongs, and passes over one that it does not know.',
      };
    }
    return { result: 'passed', expected, found: 'so it does', meaning: 'The settings are at work, not only written.' };
  },
};

function valueAt(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (within, key) =>
        within !== null && typeof within === 'object' ? (within as Readonly<Record<string, unknown>>)[key] : undefined,
      config,
    );
}
