import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestCertificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/**
 * A certificate authority with a server certificate for 127.0.0.1 and a client certificate, made anew: no keys in the
 * repository. Valid since yesterday, for that many days from now.
 */
export function makeTestCertificates(clientName: string, days = 1): TestCertificates {
  const [authority, server, client] = [keys(), keys(), keys()];
  const issue = (name: string, publicKey: KeyObject, serial: number, extensions: Buffer[]) =>
    certificate({ name, publicKey, serial, extensions, days, issuer: 'test-ca', signingKey: authority.privateKey });
  return {
    ca: issue('test-ca', authority.publicKey, 1, [isAuthority]),
    server: { cert: issue('test-server', server.publicKey, 2, [isLoopback]), key: pem(server.privateKey) },
    client: { cert: issue(clientName, client.publicKey, 3, []), key: pem(client.privateKey) },
  };
}

function keys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

// X.509 in DER (RFC 5280), as much of it as a test needs: Node can read certificates, but not make them.
const ecdsaWithSha256 = '2a8648ce3d040302';
const commonName = '550403';

const isAuthority = sequence(
  oid('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
);
const isLoopback = sequence(oid('551d11'), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))));

function certificate(what: {
  name: string;
  issuer: string;
  serial: number;
  days: number;
  publicKey: KeyObject;
  signingKey: KeyObject;
  extensions: Buffer[];
}): string {
  const algorithm = sequence(oid(ecdsaWithSha256));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([what.serial])),
    algorithm,
    distinguishedName(what.issuer),
    sequence(time(-1), time(what.days)),
    distinguishedName(what.name),
    what.publicKey.export({ type: 'spki', format: 'der' }),
    ...(what.extensions.length === 0 ? [] : [der(0xa3, sequence(...what.extensions))]),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, what.signingKey));
  const lines =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(commonName), der(0x0c, Buffer.from(name)))));
}

/** UTCTime that many days from now. */
function time(days: number): Buffer {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString();
  return der(0x17, Buffer.from(`${iso.slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
