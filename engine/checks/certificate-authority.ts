import { createHash, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { CheckContext, CheckDefinition } from './check.ts';
import { digestsBefore } from './files-before.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** PEM files by which the node knows the cluster's CA. */
  files: z.array(z.string().startsWith('/')).min(1),
  /** Where the cluster's own CA is kept. */
  ca: z.strictObject({ node: z.string().min(1), file: z.string().startsWith('/') }),
});
type Spec = z.infer<typeof schema>;

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Certificates count, not the text: other line ends and words around them make no difference. The file is not named: it
 * may be what has to be found.
 */
export const certificateAuthorityCheck: CheckDefinition<Spec> = {
  kind: 'certificate-authority',
  summary:
    "Files by which a node knows the CA hold the CA that the cluster began with, and no other one's certificate.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const expected = `${spec.node} believes the CA of the cluster and no other`;
    const own = await readOwn(context, spec);
    if (own === undefined) {
      return {
        result: 'errored',
        expected,
        found: `${spec.ca.file} on ${spec.ca.node} is not the one that the record saw at first`,
        meaning: 'There is nothing to compare with. This says nothing about your work on the other node.',
      };
    }
    const problems = await Promise.all(spec.files.map((path) => look(context, spec.node, path, own)));
    const wrong = problems.filter((problem) => problem !== undefined);
    if (wrong.length > 0) {
      return {
        result: 'failed',
        expected,
        found: listed([...new Set(wrong)]),
        meaning:
          'Whoever shows a certificate of this CA is taken for what the certificate says. With another CA the right ones are turned away; with one more, strangers are let in.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: 'so it is',
      meaning: 'The node believes those that the rest of the cluster believes.',
    };
  },
};

/** Fingerprints of the CA's certificates while the file is, by its sha256, the one that the record saw at first. */
async function readOwn(context: CheckContext, { ca }: Spec): Promise<ReadonlySet<string> | undefined> {
  const digest = digestsBefore(await context.timeline(), ca.node, context.since).get(ca.file);
  const text = await context.machine(ca.node).read(ca.file);
  if (text === undefined || createHash('sha256').update(text).digest('hex') !== digest) return undefined;
  return new Set(fingerprints(text));
}

async function look(
  context: CheckContext,
  node: string,
  path: string,
  own: ReadonlySet<string>,
): Promise<string | undefined> {
  const text = await context.machine(node).read(path);
  if (text === undefined) return 'the certificate of the CA is missing there';
  const found = fingerprints(text);
  if (found.length === 0) return 'there is no certificate in what it believes';
  const foreign = found.filter((fingerprint) => !own.has(fingerprint)).length;
  if (foreign === 0) return undefined;
  return foreign === found.length
    ? 'it does not know the CA of the cluster'
    : 'it believes another CA beside that of the cluster';
}

/** sha256 of each certificate of a PEM text; one that cannot be read is none of anybody's. */
function fingerprints(pem: string): string[] {
  return [...pem.matchAll(certificateBlock)].map(([block]) => {
    try {
      return new X509Certificate(block).fingerprint256;
    } catch {
      return 'unreadable';
    }
  });
}
