import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { identities } from '../../../../engine/domain/timeline.ts';
import { issueCredentials, issueEtcdCredentials, kubeconfig } from '../../../../engine/providers/kind/identities.ts';
import type { Node } from '../../../../engine/providers/provider.ts';
import { createFakePower } from '../../checks/fake-context.ts';

const pem = (word: string, kind = 'CERTIFICATE') => `-----BEGIN ${kind}-----\n${word}\n-----END ${kind}-----\n`;
const names = Object.keys(identities) as (keyof typeof identities)[];

/** A control plane whose openssl answers with this text. */
function createControlPlane(stdout: string, exitCode = 0) {
  const ran: (readonly string[])[] = [];
  const refuse = () => Promise.reject(new Error('only commands are run here'));
  const node: Node = {
    name: 'cp1',
    role: 'control-plane',
    address: '192.0.2.1',
    exec: async (argv) => {
      ran.push(argv);
      return { exitCode, stdout, stderr: 'openssl: no', timedOut: false, command: argv.join(' ') };
    },
    read: refuse,
    write: refuse,
    isRunning: async () => true,
    power: createFakePower(),
  };
  return { node, ran };
}

describe('a kubeconfig', () => {
  const credentials = { ca: pem('ca'), cert: pem('cert'), key: pem('key', 'EC PRIVATE KEY') };
  const config: unknown = parse(kubeconfig('learner', 'https://10.210.0.4:6443', credentials));

  test('has one cluster, one user and one context that binds them, which is the current one', () => {
    expect(config).toMatchObject({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'kubernetes',
      clusters: [{ name: 'kubernetes', cluster: { server: 'https://10.210.0.4:6443' } }],
      users: [{ name: 'learner' }],
      contexts: [{ name: 'kubernetes', context: { cluster: 'kubernetes', user: 'learner' } }],
    });
  });

  test('carries the PEM texts as base64', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect(config).toMatchObject({
      clusters: [{ cluster: { 'certificate-authority-data': base64(credentials.ca) } }],
      users: [
        { user: { 'client-certificate-data': base64(credentials.cert), 'client-key-data': base64(credentials.key) } },
      ],
    });
  });

  test('never turns verification off', () => {
    expect(JSON.stringify(config)).not.toContain('insecure');
  });
});

describe('issuing identities', () => {
  const answer = [
    pem('ca'),
    ...names.flatMap((name) => [pem(`cert ${name}`), pem(`key ${name}`, 'EC PRIVATE KEY')]),
  ].join('');

  test('gives each identity its own certificate and key beside the cluster’s CA', async () => {
    const issued = await issueCredentials(createControlPlane(answer).node);
    for (const name of names) {
      expect(issued[name]).toEqual({
        ca: pem('ca'),
        cert: pem(`cert ${name}`),
        key: pem(`key ${name}`, 'EC PRIVATE KEY'),
      });
    }
  });

  test('asks for subjects in the order of the answers: the learner as an administrator whose rights can be taken', async () => {
    const { node, ran } = createControlPlane(answer);
    await issueCredentials(node);
    const subjects = ran[0]?.slice(-names.length);
    expect(subjects).toEqual(
      names.map((name) => {
        const group = name === 'learner' || name === 'ops' ? 'kubeadm:cluster-admins' : 'system:masters';
        return `/O=${group}/CN=${identities[name]}`;
      }),
    );
  });

  test('gives the witness a certificate of etcd’s own CA', async () => {
    const etcd = [pem('etcd ca'), pem('cert'), pem('key', 'EC PRIVATE KEY')].join('');
    const { node, ran } = createControlPlane(etcd);
    const issued = await issueEtcdCredentials(node);
    expect(issued).toEqual({ ca: pem('etcd ca'), cert: pem('cert'), key: pem('key', 'EC PRIVATE KEY') });
    expect(ran[0]?.slice(-2)).toEqual(['/etc/kubernetes/pki/etcd', '/O=kubewright/CN=kubewright-witness']);
  });

  test.each([
    ['openssl fails', answer, 1],
    [
      'a certificate is missing',
      answer.replace(/-----BEGIN CERTIFICATE-----\ncert learner[\s\S]*?-----END CERTIFICATE-----\n/, ''),
      0,
    ],
    ['nothing is printed', '', 0],
  ])('fails when %s', async (_name, stdout, exitCode) => {
    await expect(issueCredentials(createControlPlane(stdout, exitCode).node)).rejects.toMatchObject({
      code: 'PROVISION_FAILED',
      message: expect.stringContaining('cp1') as string,
    });
  });
});
