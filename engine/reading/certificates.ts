import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { posix } from 'node:path';
import { parse } from 'yaml';
import type { Node } from '../providers/provider.ts';
import { commandFailed } from '../system/exec.ts';

/** A certificate as it stands in a file, with the private key beside it where there is one. */
export interface CertificateFile {
  readonly certificate: X509Certificate;
  /** PEM; missing where the file has only the certificate. */
  readonly key?: string;
}

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const askWithinMs = 15_000;

/**
 * The certificate that a PEM file or a kubeconfig names (its current context's user, embedded or by path, as
 * k8s.io/client-go/tools/clientcmd reads it). Undefined when there is no such file, or no certificate that could be
 * read in it. @throws COMMAND_FAILED when the machine cannot be asked.
 */
export async function readCertificate(machine: Node, path: string): Promise<CertificateFile | undefined> {
  const text = await machine.read(path);
  if (text === undefined) return undefined;
  if (text.includes('-----BEGIN')) return fromPem(text, text);
  const user = readUser(text);
  if (user === undefined) return undefined;
  const [certificate, key] = await Promise.all([
    textOf(machine, path, user['client-certificate-data'], user['client-certificate']),
    textOf(machine, path, user['client-key-data'], user['client-key']),
  ]);
  return fromPem(certificate, key);
}

/** The first certificate of a PEM text; undefined without one that can be read. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  const block = [...pem.matchAll(pemBlock)].find((match) => match[1] === 'CERTIFICATE')?.[0];
  if (block === undefined) return undefined;
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

/**
 * The certificate that a server on the machine shows whoever connects to the port now: what its process holds, which
 * may be another one than the file. Undefined when nothing shows one. @throws COMMAND_FAILED when it could not be tried.
 */
export async function readServedCertificate(machine: Node, port: number): Promise<X509Certificate | undefined> {
  const argv = ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, '-showcerts'];
  // etcd asks for a certificate of the client's and then hangs up: by then it has shown its own.
  const result = await machine.exec(argv, { timeoutMs: askWithinMs, input: '' });
  if (result.timedOut || result.exitCode > 1) throw commandFailed(result);
  return parseCertificate(result.stdout);
}

/** Whether a server may call itself that: a DNS name or an address. */
export function isFor(certificate: X509Certificate, name: string): boolean {
  const match = isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name);
  return match !== undefined;
}

/** Whether the private key is the certificate's. A key that cannot be read is not. */
export function belongsTo(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** The parts of the subject by their short names, such as CN and O; several of one name are joined by a comma. */
export function subjectOf(certificate: X509Certificate): Readonly<Record<string, string>> {
  const parts = new Map<string, string>();
  for (const line of certificate.subject.split('\n')) {
    const [name = '', ...value] = line.split('=');
    const before = parts.get(name);
    parts.set(name, before === undefined ? value.join('=') : `${before},${value.join('=')}`);
  }
  return Object.fromEntries(parts);
}

function fromPem(certificateText: string | undefined, keyText: string | undefined): CertificateFile | undefined {
  const certificate = parseCertificate(certificateText ?? '');
  if (certificate === undefined) return undefined;
  const key = [...(keyText ?? '').matchAll(pemBlock)].find((match) => match[1]?.endsWith('PRIVATE KEY'))?.[0];
  return { certificate, ...(key === undefined ? {} : { key }) };
}

type KubeUser = Readonly<Record<string, unknown>>;

interface KubeConfigText {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context?: { readonly user?: string } }[];
  readonly users?: readonly { readonly name: string; readonly user?: KubeUser }[];
}

function readUser(text: string): KubeUser | undefined {
  try {
    const config = parse(text) as KubeConfigText | null;
    const context = config?.contexts?.find(({ name }) => name === config['current-context'])?.context;
    return config?.users?.find(({ name }) => name === context?.user)?.user;
  } catch {
    return undefined;
  }
}

async function textOf(machine: Node, kubeconfig: string, data: unknown, path: unknown): Promise<string | undefined> {
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString();
  if (typeof path !== 'string' || path === '') return undefined;
  return machine.read(posix.resolve(posix.dirname(kubeconfig), path));
}
