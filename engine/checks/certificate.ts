import { createHash, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { belongsTo, type CertificateFile, isFor, readCertificate, subjectOf } from '../reading/certificates.ts';
import type { CheckContext, CheckDefinition } from './check.ts';
import { digestsBefore } from './files-before.ts';
import { listed } from './finding.ts';

const schema = z.strictObject({
  /** A node, or "student". */
  on: z.string().min(1),
  /** PEM files and kubeconfigs; of a kubeconfig it is the certificate of its user. */
  files: z.array(z.string().startsWith('/')).min(1),
  /** Days from now on which each has to be valid. */
  validFor: z.int().min(1).max(3650),
  /** The CA that has to have signed them, which has to be the one the session began with. */
  ca: z.strictObject({ node: z.string().min(1), file: z.string().startsWith('/') }),
  /** Parts of the subject, such as CN: system:node:w1. */
  subject: z.strictObject({ CN: z.string().min(1).optional(), O: z.string().min(1).optional() }).optional(),
  /** DNS names and addresses that clients use: each has to be in the certificate. */
  names: z.array(z.string().min(1)).optional(),
});
type Spec = z.infer<typeof schema>;

const dayMs = 86_400_000;

/** Everything is parsed here: no program of a machine that the learner rules is asked what a certificate says. */
export const certificateCheck: CheckDefinition<Spec> = {
  kind: 'certificate',
  summary: "Certificates in files and kubeconfigs are valid for some time yet and signed by the cluster's own CA.",
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const place = spec.on === 'student' ? 'the student host' : spec.on;
    const subject = Object.entries(spec.subject ?? {}).map(([name, value]) => `${name}=${value}`);
    const expected = `on ${place} valid for at least ${spec.validFor} days, signed by the CA that the cluster began with${subject.length === 0 ? '' : `, for ${listed(subject)}`}: ${listed(spec.files)}`;
    const ca = await readFirstCa(context, spec);
    if (ca.unknown !== undefined) {
      return {
        result: 'errored',
        expected,
        found: ca.unknown,
        meaning: 'There is nothing to compare with. This says nothing about your work.',
      };
    }
    if (ca.replaced !== undefined) {
      return {
        result: 'failed',
        expected,
        found: ca.replaced,
        meaning:
          'Everybody in the cluster trusts the CA they know, and knows what it has signed. A new one begins as a stranger to every node, service account and person.',
      };
    }
    const files = await Promise.all(
      spec.files.map(async (path) => ({ path, file: await look(context, spec.on, path) })),
    );
    const problems = files.flatMap(({ path, file }) => {
      const problem = judge(file, ca.certificate, spec, context.until);
      return problem === undefined ? [] : [{ words: `${path} ${problem.words}`, meaning: problem.meaning }];
    });
    const first = problems[0];
    if (first !== undefined) {
      return { result: 'failed', expected, found: listed(problems.map(({ words }) => words)), meaning: first.meaning };
    }
    return {
      result: 'passed',
      expected,
      found: listed(files.map(({ path, file }) => `${path} until ${typeof file === 'string' ? file : lastDay(file)}`)),
      meaning: 'Whoever checks these certificates trusts them, today and for a while.',
    };
  },
};

type FirstCa =
  | { readonly certificate: X509Certificate; readonly replaced?: undefined; readonly unknown?: undefined }
  /** The CA of the beginning cannot be had: it is not what it was. */
  | { readonly replaced: string; readonly unknown?: undefined }
  /** It is not known what it was. */
  | { readonly unknown: string };

/** The file's content counts only while it is, by its sha256, the one that the record saw at first. */
async function readFirstCa(context: CheckContext, { ca }: Spec): Promise<FirstCa> {
  const digest = digestsBefore(await context.timeline(), ca.node, context.since).get(ca.file);
  if (digest === undefined) return { unknown: `the record does not say what ${ca.file} on ${ca.node} was` };
  const text = await context.machine(ca.node).read(ca.file);
  if (text === undefined) return { replaced: `the CA ${ca.file} on ${ca.node} is missing` };
  if (createHash('sha256').update(text).digest('hex') !== digest) {
    return { replaced: `the CA ${ca.file} on ${ca.node} is not the one the cluster began with` };
  }
  return { certificate: new X509Certificate(text) };
}

type Looked = CertificateFile | 'missing' | 'unreadable';

/** A PEM file of the name x.crt has its private key in x.key, as kubeadm lays them out. */
async function look(context: CheckContext, on: string, path: string): Promise<Looked> {
  const machine = context.machine(on);
  const found = await readCertificate(machine, path);
  if (found === undefined) return (await machine.read(path)) === undefined ? 'missing' : 'unreadable';
  const key = found.key ?? (path.endsWith('.crt') ? await machine.read(path.replace(/\.crt$/, '.key')) : undefined);
  return { ...found, ...(key === undefined ? {} : { key }) };
}

interface Problem {
  readonly words: string;
  readonly meaning: string;
}

function judge(file: Looked, ca: X509Certificate, spec: Spec, now: number): Problem | undefined {
  if (file === 'missing') {
    return { words: 'is missing', meaning: 'Whoever needs it does not start, or is turned away.' };
  }
  if (file === 'unreadable') {
    return { words: 'holds no certificate', meaning: 'Whoever reads this file finds nothing to identify with.' };
  }
  const { certificate, key } = file;
  const left = daysLeft(certificate, now);
  if (left < 0) {
    return {
      words: `expired ${lastDay(file)}`,
      meaning:
        'Nobody accepts an expired certificate: neither a client the one of a server, nor a server that of a client.',
    };
  }
  if (certificate.validFromDate.getTime() > now) {
    return { words: 'is not valid yet', meaning: 'Until then nobody accepts it.' };
  }
  if (!certificate.verify(ca.publicKey)) {
    return {
      words: `is signed by another CA than the one the cluster began with`,
      meaning: 'Everybody in the cluster trusts the CA they know. What another one signs is worth nothing to them.',
    };
  }
  if (key === undefined || !belongsTo(key, certificate)) {
    return {
      words:
        key === undefined ? 'has no private key beside it' : 'and the private key beside it do not belong together',
      meaning: 'A certificate can be used only with its own private key.',
    };
  }
  const subject = subjectOf(certificate);
  const stranger = Object.entries(spec.subject ?? {}).find(([name, value]) => subject[name] !== value);
  if (stranger !== undefined) {
    return {
      words: `is made out to ${Object.entries(subject)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}`,
      meaning:
        'The subject is who the API server takes its owner for: with another name come the rights of somebody else.',
    };
  }
  const missing = (spec.names ?? []).filter((name) => !isFor(certificate, name));
  if (missing.length > 0) {
    return {
      words: `is not made out to ${listed(missing)}`,
      meaning: 'Clients that reach the server by that name refuse its certificate.',
    };
  }
  if (left < spec.validFor) {
    return {
      words: `is valid for ${left} days only`,
      meaning: 'The next outage is a matter of days, and nobody will expect it.',
    };
  }
  return undefined;
}

/** Whole days, rounded down: below 0 it has expired. */
function daysLeft({ validToDate }: X509Certificate, now: number): number {
  return Math.floor((validToDate.getTime() - now) / dayMs);
}

function lastDay({ certificate }: CertificateFile): string {
  return certificate.validToDate.toISOString().slice(0, 10);
}
