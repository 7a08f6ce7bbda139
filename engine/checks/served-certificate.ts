import { z } from 'zod';
import { readCertificate, readServedCertificate } from '../reading/certificates.ts';
import type { CheckDefinition } from './check.ts';

const schema = z.strictObject({
  node: z.string().min(1),
  /** A TCP port on the node that speaks TLS, such as 6443. */
  port: z.int().min(1).max(65_535),
  /** The file that the server behind the port has its certificate from. */
  file: z.string().startsWith('/'),
});

export const servedCertificateCheck: CheckDefinition<z.infer<typeof schema>> = {
  kind: 'served-certificate',
  summary: 'A server shows its clients the certificate that is in its file now, and it is valid.',
  schema,
  modes: ['converge', 'assert'],
  async evaluate(context, spec) {
    const where = `port ${spec.port} of ${spec.node}`;
    const expected = `who connects to ${where} is shown the certificate of ${spec.file}, and it is valid`;
    const machine = context.machine(spec.node);
    const [served, file] = await Promise.all([
      readServedCertificate(machine, spec.port),
      readCertificate(machine, spec.file),
    ]);
    if (served === undefined) {
      return {
        result: 'failed',
        expected,
        found: `${where} shows no certificate: nothing answers there`,
        meaning: 'The server behind this port is down or does not speak TLS.',
      };
    }
    const until = served.validToDate.toISOString().slice(0, 10);
    if (served.validToDate.getTime() < context.until) {
      return {
        result: 'failed',
        expected,
        found: `${where} shows a certificate that expired ${until}`,
        meaning: 'Every client that checks whom it talks to hangs up.',
      };
    }
    if (file === undefined || file.certificate.fingerprint256 !== served.fingerprint256) {
      return {
        result: 'failed',
        expected,
        found: `${where} shows another certificate than the one in ${spec.file}`,
        meaning:
          'A process goes on with what it has read before. What lies in the file is not in use until it is read again.',
      };
    }
    return {
      result: 'passed',
      expected,
      found: `${where} shows the certificate of the file, valid until ${until}`,
      meaning: 'What was renewed is in use.',
    };
  },
};
