import { z } from 'zod';
import type { CheckFinding } from '../domain/verdict.ts';
import { readDatabaseFile, readOpenDatabase } from '../reading/etcd-process.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { etcdRuns, runAt } from './etcd-history.ts';

const schema = z.strictObject({
  /** A control plane that runs etcd. */
  node: z.string().min(1),
  expect: z
    .strictObject({
      /** The directory of the node whose database etcd has open, whatever the manifest says. */
      dataDirIs: z.string().startsWith('/').optional(),
      /** It runs with other data than at the hand-over, and not with a copy: its log began anew. */
      restored: z.literal(true).optional(),
    })
    .refine((expect) => Object.keys(expect).length > 0, {
      message: 'say what is expected: dataDirIs, restored, or both',
    }),
});
type Spec = z.infer<typeof schema>;

export const etcdCheck: CheckDefinition<Spec> = {
  kind: 'etcd',
  summary: 'The etcd that runs on a node has the database of a certain directory open, and its data was restored.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const directory = spec.expect.dataDirIs;
    const expected = [
      `etcd on ${spec.node} runs`,
      ...(directory === undefined ? [] : [`with the data in ${directory}`]),
      ...(spec.expect.restored === undefined ? [] : ['restored from a snapshot']),
    ].join(', ');
    const open = await readOpenDatabase(context.machine(spec.node));
    if (open === undefined) {
      return {
        result: 'failed',
        expected,
        found: `no etcd runs as a pod on ${spec.node}`,
        meaning: 'Without etcd the cluster has no memory, and its API server cannot answer.',
      };
    }
    const place =
      directory === undefined ? undefined : await judgeDirectory(context, spec.node, directory, open, expected);
    if (place?.result === 'failed') return place;
    const data = spec.expect.restored === undefined ? undefined : await judgeHistory(context, spec.node, expected);
    if (data !== undefined && data.result !== 'passed') return data;
    const found = [place?.found, data?.found].filter((words) => words !== undefined).join('; ');
    return { result: 'passed', expected, found, meaning: 'This is what the cluster remembers from now on.' };
  },
};

async function judgeDirectory(
  context: CheckContext,
  node: string,
  directory: string,
  open: { file: string; path: string },
  expected: string,
): Promise<CheckFinding> {
  const wanted = await readDatabaseFile(context.machine(node), directory);
  if (wanted === open.file) {
    return { result: 'passed', expected, found: `etcd has the database in ${directory} on ${node} open`, meaning: '' };
  }
  return {
    result: 'failed',
    expected,
    found:
      wanted === undefined
        ? `there is no database of etcd in ${directory} on ${node}`
        : `there is a database in ${directory} on ${node}, but etcd has another one open; in its container it is ${open.path}`,
    meaning:
      wanted === undefined
        ? 'etcd runs, with other data than it was meant to.'
        : 'Restored data does nothing as long as nobody reads it: etcd sees of the disk only what is mounted into its container, and where.',
  };
}

async function judgeHistory(context: CheckContext, node: string, expected: string): Promise<CheckFinding> {
  const runs = etcdRuns(await context.timeline(), node);
  const [before, now] = [runAt(runs, context.since), runAt(runs, context.until)];
  if (before === undefined || now === undefined) {
    return {
      result: 'errored',
      expected,
      found: `the record does not say what data etcd on ${node} had`,
      meaning: 'There is nothing to compare with. This says nothing about your work.',
    };
  }
  const entries = `${before.last.facts.raftIndex} entries of its log before`;
  if (before.history === now.history) {
    return {
      result: 'failed',
      expected,
      found: `etcd on ${node} goes on with the data it had: ${entries}, ${now.last.facts.raftIndex} now`,
      meaning: 'A copy of the data directory, or the same one, holds what it held. Only a restore goes back.',
    };
  }
  return {
    result: 'passed',
    expected,
    found: `its log began anew (${entries}, ${now.first.facts.raftIndex} when it first answered)`,
    meaning: '',
  };
}
