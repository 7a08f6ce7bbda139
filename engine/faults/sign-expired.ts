import type { X509Certificate } from 'node:crypto';
import { KubewrightError } from '../domain/errors.ts';
import type { Node } from '../providers/provider.ts';
import { type CertificateFile, parseCertificate } from '../reading/certificates.ts';
import { commandFailed } from '../system/exec.ts';

const pki = '/etc/kubernetes/pki';
/** kubeadm's certificate authorities, without the ending. */
const authorities = [`${pki}/ca`, `${pki}/etcd/ca`, `${pki}/front-proxy-ca`];
const signWithinMs = 30_000;
const dayMs = 86_400_000;
const validDays = 365;

/**
 * The same certificate once more, for the same key, signed by the same CA, but with a validity of a year that is over.
 * The clock stays as it is; "openssl x509" cannot set both dates before OpenSSL 3.4, "openssl ca" can. The key passes
 * through memory-backed /run of the control plane and is removed at once.
 */
const script = `
set -eu
work=$(mktemp -d /run/kubewright-XXXXXX)
trap 'rm -rf "$work"' EXIT
cat > "$work/leaf.pem"
: > "$work/index"
cat > "$work/ca.cnf" <<END
[ca]
default_ca = own
[own]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copyall
unique_subject = no
[any]
commonName = supplied
organizationName = optional
END
openssl x509 -x509toreq -in "$work/leaf.pem" -signkey "$work/leaf.pem" -copy_extensions copyall -out "$work/csr" 2>/dev/null
openssl ca -config "$work/ca.cnf" -batch -notext -preserveDN -cert "$1.crt" -keyfile "$1.key" -startdate "$2" -enddate "$3" -in "$work/csr" -out "$work/new.pem" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
cat "$work/new.pem"`;

/**
 * @param leaf certificate and private key. @param endedAt wall clock ms at which it expired.
 * @returns the new certificate as PEM.
 * @throws FAULT_NOT_PROVEN when none of the control plane's CAs has signed the old one, COMMAND_FAILED when openssl refuses.
 */
export async function signExpired(
  controlPlane: Node,
  leaf: Required<CertificateFile>,
  endedAt: number,
): Promise<string> {
  const authority = await findAuthority(controlPlane, leaf.certificate);
  if (authority === undefined) {
    throw new KubewrightError(
      'FAULT_NOT_PROVEN',
      `no CA of ${controlPlane.name} has signed the certificate of ${leaf.certificate.subject.replaceAll('\n', ', ')}`,
      {
        remedy: 'The fault certificate-expired is for certificates of the cluster: correct its files in scenario.yaml.',
      },
    );
  }
  const dates = [endedAt - validDays * dayMs, endedAt].map(asn1Time);
  const result = await controlPlane.exec(['sh', '-c', script, 'sh', authority, ...dates], {
    timeoutMs: signWithinMs,
    input: `${leaf.certificate.toString()}${leaf.key}\n`,
  });
  if (result.exitCode !== 0 || parseCertificate(result.stdout) === undefined) throw commandFailed(result);
  return result.stdout;
}

async function findAuthority(controlPlane: Node, certificate: X509Certificate): Promise<string | undefined> {
  for (const authority of authorities) {
    const ca = parseCertificate((await controlPlane.read(`${authority}.crt`)) ?? '');
    if (ca !== undefined && certificate.verify(ca.publicKey)) return authority;
  }
  return undefined;
}

/** YYYYMMDDHHMMSSZ, as "openssl ca -startdate" takes it. */
function asn1Time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}
